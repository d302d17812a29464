import { Ajv, type ValidateFunction } from 'ajv';

interface Described {
  content?: Record<string, { schema?: object }>;
}
interface Operation {
  responses: Record<string, Described>;
}
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

/** Holds what is really answered against what the OpenAPI document says about it; what it does not name is a fault too. */
export class DescribedAnswers {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  private readonly compiled = new Map<object, ValidateFunction>();

  constructor(readonly document: ApiDocument) {
    this.ajv.addSchema({ $id: 'api', components: closed(document.components) as object });
  }

  /** `GET /api/v1/people` and so on. */
  get operations(): { name: string; operation: Operation }[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );
  }

  /** Operations that do not say what comes back when all is well, or when it is not. */
  silent(): string[] {
    return this.operations
      .filter(({ operation: { responses } }) => {
        const good = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
        const said = good.some(([status, { content }]) => ['204', '302'].includes(status) || schemaOf(content));
        return !said || !schemaOf(responses['4XX']?.content);
      })
      .map(({ name }) => name);
  }

  /** @returns faults in words; empty when it is as described */
  faults(method: string, path: string, answer: { status: number; body: unknown }): string[] {
    const operation = this.document.paths[path]?.[method.toLowerCase()];
    if (!operation) return [`${method} ${path} is not described`];
    const { responses } = operation;
    const described = responses[answer.status] ?? responses[`${String(answer.status)[0]}XX`];
    if (described && answer.status === 204 && !answer.body) return [];
    const schema = schemaOf(described?.content);
    if (!schema) return [`${method} ${path} answers ${answer.status}, which is not described`];
    const validate = this.compiled.get(schema) ?? this.ajv.compile(closed(absolute(schema)) as object);
    this.compiled.set(schema, validate);
    if (validate(answer.body)) return [];
    return validate.errors!.map(
      (error) =>
        `${method} ${path} ${answer.status}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
    );
  }
}

function schemaOf(content: Described['content']): object | undefined {
  return Object.values(content ?? {})[0]?.schema;
}

/** References inside an operation mean the document. */
function absolute(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"api#/components')) as object;
}

/** Objects hold what they name and nothing else. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const open = !('properties' in schema) || 'additionalProperties' in schema || typeof schema.properties !== 'object';
  return open ? inner : { ...inner, additionalProperties: false };
}
