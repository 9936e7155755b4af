import type { Finding } from '../finding.ts';
import { type BicepDocument, type Expression, partsOf } from './document.ts';

/**
 * Tells of loops that stand where Bicep takes none (`ForSyntaxValidatorVisitor.cs` of Azure/bicep): a loop is the whole value of
 * a resource, module, variable or output, or of a property of a resource or module that lies in no call or operator; loops of
 * properties do not nest.
 */
export function loopFindings(document: BicepDocument): readonly Finding[] {
  const { file } = document;
  const wrong = (line: number, message: string): Finding => ({ file, line, message });
  const anywhere = (expression: Expression): Finding[] => [
    ...(expression.kind === 'for' ? [wrong(expression.line, 'a loop cannot stand here: use map()')] : []),
    ...partsOf(expression).flatMap(anywhere),
  ];
  const asValue = (value: Expression) => (value.kind === 'for' ? partsOf(value) : [value]).flatMap(anywhere);
  const inProperties = (expression: Expression, isProperty: boolean, loops: number): Finding[] => {
    switch (expression.kind) {
      case 'object':
        return expression.properties.flatMap(({ value }) => inProperties(value, true, loops));
      case 'array':
        return expression.items.flatMap((item) => inProperties(item, false, loops));
      case 'for':
        if (!isProperty) return anywhere(expression);
        if (loops > 0) return [wrong(expression.line, 'loops of properties cannot be nested: use map()')];
        return [...anywhere(expression.loop.of), ...inProperties(expression.body, false, loops + 1)];
      default:
        return anywhere(expression);
    }
  };
  return [
    ...document.parameters.flatMap((one) => (one.default ? anywhere(one.default) : [])),
    ...document.functions.flatMap(({ body }) => anywhere(body)),
    ...document.variables.flatMap(({ value }) => asValue(value)),
    ...document.outputs.flatMap(({ value }) => asValue(value)),
    ...[...document.resources, ...document.modules].flatMap(({ body }) =>
      inProperties(body.properties, false, 0),
    ),
  ];
}
