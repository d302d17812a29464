// Proves that the catalogues hold: every key that is used is there in every language, none is left over, the same
// placeholders everywhere, the plural forms each language needs, and no words in JSX outside the catalogues.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LANGUAGES = ['en', 'el', 'ro', 'hu', 'fa'];
/** Attributes that people see or hear. */
const SPOKEN = new Set([
  'title',
  'aria-label',
  'aria-description',
  'placeholder',
  'alt',
  'label',
  'hint',
  'description',
]);
/** Units and key names that are the same everywhere; everything else belongs into the catalogues. */
const LITERALS = new Set(['%', '–', '·', '…', '+', 'Ctrl', 'Shift', 'Enter', 'Esc', 'K', '?']);

export function checkCatalogues() {
  const problems = [];
  const catalogues = Object.fromEntries(LANGUAGES.map((language) => [language, flat(readCatalogue(language))]));
  const used = readSources(problems);
  for (const language of LANGUAGES) checkLanguage(language, catalogues, used, problems);
  return problems;
}

function checkLanguage(language, catalogues, used, problems) {
  const own = catalogues[language];
  const bases = new Map();
  for (const key of Object.keys(own)) bases.set(baseOf(key), [...(bases.get(baseOf(key)) ?? []), key]);
  for (const key of used.keys) if (!bases.has(key)) problems.push(`${language}: missing ${key}`);
  for (const [base, keys] of bases) {
    if (!isUsed(base, used)) problems.push(`${language}: unused ${base}`);
    checkPlurals(language, base, keys, problems);
  }
  const english = new Map(Object.entries(catalogues.en).map(([key, text]) => [baseOf(key), text]));
  for (const [base, text] of english) {
    const keys = bases.get(base);
    if (!keys) problems.push(`${language}: missing ${base}`);
    for (const key of keys ?? []) {
      const [wanted, found] = [placeholders(text), placeholders(own[key])];
      if (wanted !== found)
        problems.push(`${language}: ${key} has ${found || 'no placeholders'}, English has ${wanted || 'none'}`);
      if (own[key].trim() === '') problems.push(`${language}: ${key} is empty`);
    }
  }
}

const PLURAL = /_(zero|one|two|few|many|other)$/;
const baseOf = (key) => key.replace(PLURAL, '');

function checkPlurals(language, base, keys, problems) {
  if (!keys.some((key) => PLURAL.test(key))) return;
  const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const found = keys.map((key) => PLURAL.exec(key)?.[1]);
  for (const category of needed)
    if (!found.includes(category)) problems.push(`${language}: ${base} lacks the plural form ${category}`);
  for (const category of found)
    if (!needed.includes(category)) problems.push(`${language}: ${base}_${category} is no plural form here`);
}

const placeholders = (text) =>
  [...new Set([...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name))].sort().join(', ');

const readCatalogue = (language) =>
  JSON.parse(readFileSync(join(ROOT, `src/i18n/catalogues/${language}.json`), 'utf8'));

function flat(tree, prefix = '') {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value]] : Object.entries(flat(value, `${prefix}${key}.`)),
    ),
  );
}

const isUsed = (key, { keys, patterns }) => keys.has(key) || patterns.some((pattern) => pattern.test(key));

function readSources(problems) {
  const used = { keys: new Set(), patterns: [] };
  for (const file of sources(join(ROOT, 'src'))) {
    const source = ts.createSourceFile(
      file,
      readFileSync(file, 'utf8'),
      ts.ScriptTarget.Latest,
      true,
      file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
    );
    visit(source, source, used, problems);
  }
  return used;
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(path) && !/\.(spec|d)\.tsx?$/.test(path) ? [path] : [];
  });
}

function visit(node, source, used, problems) {
  if (
    ts.isCallExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 't' &&
    node.arguments[0]
  ) {
    takeKey(node.arguments[0], used);
  }
  const words = spokenLiteral(node);
  if (words !== null && /\p{L}/u.test(words) && !LITERALS.has(words.trim())) {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    problems.push(
      `${relative(ROOT, source.fileName)}:${line + 1}: "${words.trim().slice(0, 50)}" belongs into the catalogues`,
    );
  }
  ts.forEachChild(node, (child) => visit(child, source, used, problems));
}

/** A literal is a key; a template is a family of keys; a choice is both of its sides. */
function takeKey(argument, used) {
  if (ts.isStringLiteralLike(argument)) used.keys.add(argument.text);
  else if (ts.isConditionalExpression(argument)) {
    takeKey(argument.whenTrue, used);
    takeKey(argument.whenFalse, used);
  } else if (ts.isTemplateExpression(argument)) {
    const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const parts = [argument.head, ...argument.templateSpans.map(({ literal }) => literal)].map(({ text }) =>
      escape(text),
    );
    used.patterns.push(new RegExp(`^${parts.join('[\\w-]+')}$`));
  }
}

function spokenLiteral(node) {
  if (ts.isJsxText(node)) return node.text;
  if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText())) {
    const value = node.initializer;
    if (value && ts.isStringLiteral(value)) return value.text;
    if (value && ts.isJsxExpression(value) && value.expression && ts.isStringLiteralLike(value.expression))
      return value.expression.text;
  }
  return null;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkCatalogues();
  for (const problem of problems) console.error(problem);
  console.log(
    problems.length === 0 ? `Catalogues hold in ${LANGUAGES.length} languages.` : `${problems.length} problems.`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
