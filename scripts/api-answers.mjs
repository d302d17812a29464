// Reads what every route answers from the return types of the controllers and writes it as JSON Schema (OpenAPI 3.0) into
// libs/contracts: the description served at /api/v1/openapi.json says the same as the code because it is made of it.
// `node scripts/api-answers.mjs` after a change; a test fails when it was forgotten.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import prettier from 'prettier';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '..');
export const TARGET = path.join(root, 'libs/contracts/src/answers.generated.ts');
const ROUTES = ['Get', 'Post', 'Put', 'Patch', 'Delete'];
/** Named by nobody's return type, but answered all the same. */
const ALWAYS = ['Problem', 'DraftView'];

/** @returns the text of the generated file */
export async function makeAnswers() {
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const files = ts.sys
    .readDirectory(root, ['.ts'], ['node_modules', 'dist', 'data'], ['apps/*/src/**/*', 'libs/*/src/**/*'])
    .filter((file) => /\.controller\.ts$/.test(file) || file.endsWith('libs/contracts/src/index.ts'));
  const program = ts.createProgram(files, options);
  const schemas = new Schemas(program.getTypeChecker());
  const operations = {};
  for (const file of files) {
    const source = program.getSourceFile(file);
    ts.forEachChild(source, (node) => {
      if (ts.isClassDeclaration(node) && named(node, ['Controller'])) readController(node, schemas, operations);
    });
  }
  for (const source of program
    .getSourceFiles()
    .filter((one) => one.fileName.startsWith(root) && !/node_modules/.test(one.fileName))) {
    ts.forEachChild(source, (node) => {
      if (ts.isInterfaceDeclaration(node) && ALWAYS.includes(node.name.text)) schemas.ofType(schemas.typeAt(node));
    });
  }
  const answers = { operations: sorted(operations), schemas: sorted(schemas.components) };
  const text = `// Made by scripts/api-answers.mjs; not to be edited by hand.
interface Answers {
  /** By Controller_method. */
  operations: Record<string, { media: string; schema: object }>;
  schemas: Record<string, object>;
}

export const ANSWERS: Answers = ${JSON.stringify(answers)};\n`;
  return prettier.format(text, { ...(await prettier.resolveConfig(TARGET)), parser: 'typescript' });
}

function readController(node, schemas, operations) {
  if (/^(Internal|Widget|OpenApi)/.test(node.name.text)) return; // not described
  for (const method of node.members.filter(ts.isMethodDeclaration)) {
    if (!named(method, ROUTES)) continue;
    const schema = schemas.ofAnswer(method);
    if (schema) operations[`${node.name.text}_${method.name.getText()}`] = { media: mediaOf(method), schema };
  }
}

/** JSON, unless a header of the route says otherwise. */
function mediaOf(method) {
  const header = (ts.getDecorators(method) ?? []).find((one) =>
    /^Header\('content-type'/i.test(one.expression.getText()),
  );
  if (header) return header.expression.arguments[1].text.split(';')[0];
  // a stream says it where it is made
  return /new StreamableFile\([^;]*?type: '([^';]+)/s.exec(method.getText())?.[1] ?? 'application/json';
}

function named(node, names) {
  return (ts.getDecorators(node) ?? []).some((decorator) => {
    const call = decorator.expression;
    return ts.isCallExpression(call) && names.includes(call.expression.getText());
  });
}

class Schemas {
  components = {};
  #owners = new Map();

  constructor(checker) {
    this.checker = checker;
  }

  typeAt(node) {
    return this.checker.getTypeAtLocation(node);
  }

  /** Null where the method writes its answer itself. */
  ofAnswer(method) {
    const signature = this.checker.getSignatureFromDeclaration(method);
    const returned = this.checker.getReturnTypeOfSignature(signature);
    const type = this.checker.getAwaitedType(returned) ?? returned;
    if (type.flags & ts.TypeFlags.Void) return null;
    if (type.symbol?.name === 'StreamableFile') return { type: 'string', format: 'binary' };
    return this.ofType(type);
  }

  ofType(type) {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (flags & ts.TypeFlags.StringLiteral) return { type: 'string', enum: [type.value] };
    if (flags & ts.TypeFlags.NumberLiteral) return { type: 'number', enum: [type.value] };
    if (flags & ts.TypeFlags.BooleanLiteral) return { type: 'boolean', enum: [type.intrinsicName === 'true'] };
    if (flags & ts.TypeFlags.StringLike) return { type: 'string' };
    if (flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (flags & ts.TypeFlags.BooleanLike && !type.isUnion()) return { type: 'boolean' };
    if (flags & ts.TypeFlags.Null) return nothing();
    if (type.isUnion()) return this.ofUnion(type.types);
    if (this.checker.isArrayType(type)) {
      return { type: 'array', items: this.ofType(this.checker.getTypeArguments(type)[0]) };
    }
    const name = this.nameOf(type);
    return name ? this.component(name, type) : this.ofObject(type);
  }

  ofUnion(types) {
    const told = types.filter((type) => !(type.flags & ts.TypeFlags.Undefined));
    const rest = told.filter((type) => !(type.flags & ts.TypeFlags.Null));
    const nullable = rest.length < told.length;
    const one = this.ofAlternatives(rest);
    if (!nullable) return one;
    if (one.type && !one.allOf) return { ...one, nullable: true, ...(one.enum ? { enum: [...one.enum, null] } : {}) };
    return { anyOf: [...(one.anyOf ?? [one]), nothing()] };
  }

  ofAlternatives(types) {
    if (types.length === 1) return this.ofType(types[0]);
    if (types.every((type) => type.flags & ts.TypeFlags.BooleanLike)) return { type: 'boolean' };
    if (types.every((type) => type.flags & ts.TypeFlags.StringLiteral)) {
      return { type: 'string', enum: types.map((type) => type.value) };
    }
    return { anyOf: types.map((type) => this.ofType(type)) };
  }

  /** Interfaces and aliases have a name of their own; a page is named by what it holds. */
  nameOf(type) {
    const symbol = type.aliasSymbol ?? type.symbol;
    if (!symbol || symbol.name.startsWith('__') || ['Record', 'Omit', 'Pick', 'Partial'].includes(symbol.name))
      return null;
    const inner =
      type.aliasTypeArguments ?? (type.objectFlags & ts.ObjectFlags.Reference ? type.typeArguments : []) ?? [];
    const parts = inner.filter((part) => part !== type && part.symbol).map((part) => this.nameOf(part) ?? 'Object');
    return [symbol.name, ...parts].join('Of');
  }

  component(name, type) {
    const declared = (type.aliasSymbol ?? type.symbol).declarations[0];
    const owner = this.#owners.get(name);
    if (owner && owner !== declared) throw new Error(`Two types are called ${name}: give one of them another name.`);
    if (!owner) {
      this.#owners.set(name, declared);
      this.components[name] = {};
      this.components[name] = this.ofObject(type);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  ofObject(type) {
    const properties = {};
    const required = [];
    for (const symbol of this.checker.getPropertiesOfType(type)) {
      const at = symbol.valueDeclaration ?? symbol.declarations?.[0];
      const schema = this.ofType(
        at ? this.checker.getTypeOfSymbolAtLocation(symbol, at) : this.checker.getTypeOfSymbol(symbol),
      );
      const words = ts.displayPartsToString(symbol.getDocumentationComment(this.checker)).replace(/\s+/g, ' ').trim();
      properties[symbol.name] = words && !schema.$ref ? { ...schema, description: words } : schema;
      if (!(symbol.flags & ts.SymbolFlags.Optional)) required.push(symbol.name);
    }
    const index = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 ? { properties } : {}),
      ...(required.length > 0 ? { required } : {}),
      ...(index ? { additionalProperties: this.ofType(index) } : {}),
    };
  }
}

/** OpenAPI 3.0 has no type null. */
const nothing = () => ({ type: 'object', nullable: true, enum: [null] });

const sorted = (record) => Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

if (process.argv[1] === import.meta.filename) {
  const text = await makeAnswers();
  const before = ts.sys.fileExists(TARGET) ? readFileSync(TARGET, 'utf8') : '';
  if (process.argv.includes('--check')) {
    if (text !== before) console.error('The description of the answers is old: run node scripts/api-answers.mjs');
    process.exit(text === before ? 0 : 1);
  }
  if (text !== before) writeFileSync(TARGET, text);
  console.log(text === before ? 'Nothing changed.' : `Wrote ${path.relative(root, TARGET)}.`);
}
