import type { OpenAPIObject } from '@nestjs/swagger';
import { ANSWERS } from '#contracts';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Response = Exclude<Operation['responses'][string], { $ref: string } | undefined>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
const PROBLEMS = {
  '4XX': { description: 'Refused; `code` and `detail` say why, and what to do', content: PROBLEM },
  '503': { description: 'Overloaded, or a part is away; nothing was lost, try again', content: PROBLEM },
};

/** Swagger sees classes, our answers are interfaces: what each route answers is put in from the return types. */
export function withAnswers(document: OpenAPIObject): OpenAPIObject {
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) if (path[method]) describe(path[method]);
  }
  const schemas = { ...ANSWERS.schemas, ...document.components?.schemas } as never;
  return { ...document, components: { ...document.components, schemas } };
}

function describe(operation: Operation): void {
  const known = ANSWERS.operations[operation.operationId ?? ''];
  for (const [status, response] of Object.entries(operation.responses) as [string, Response][]) {
    if (!known || !status.startsWith('2') || status === '204' || response.content) continue;
    response.content = { [known.media]: { schema: known.schema } };
  }
  Object.assign(operation.responses, { ...PROBLEMS, ...operation.responses });
}
