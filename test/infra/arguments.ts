import {
  anyOfType,
  decoratorMismatches,
  isOptional,
  isSecure,
  mismatches,
  type TypeNamed,
} from './bicep/check-type.ts';
import type { BicepDocument, Parameter } from './bicep/document.ts';
import { evaluate, type Scope } from './bicep/evaluate.ts';
import { type Fields, kindOf, unknown, type Value } from './bicep/value.ts';

/** What is wrong with the values that a file is given for its parameters. `name` is a parameter's. */
export function argumentProblems(
  given: Fields,
  { file, parameters }: BicepDocument,
  named: TypeNamed,
): readonly { readonly name: string; readonly problem: string }[] {
  const ofGiven = Object.entries(given).flatMap(([name, value]) => {
    const parameter = parameters.find((one) => one.name === name);
    if (!parameter) return [{ name, problem: `${file} has no parameter ${name}` }];
    const { type, decorators, default: otherwise } = parameter;
    if (value === null && otherwise) return [];
    const wrong = [...mismatches(value, type, named), ...decoratorMismatches(value, decorators)];
    return wrong.map((one) => ({ name, problem: `parameter ${name} of ${file} ${one}` }));
  });
  const missing = parameters.filter(
    ({ name, type, default: otherwise }) =>
      !otherwise && !isOptional(type, named) && !Object.hasOwn(given, name),
  );
  return [
    ...ofGiven,
    ...missing.map(({ name }) => ({ name, problem: `parameter ${name} of ${file} is missing` })),
  ];
}

/** The value of a parameter: what is given, else its default, else any of its type. */
export function parameterValue(parameter: Parameter, given: Fields, scope: Scope, named: TypeNamed): Value {
  const { name, type, decorators, line } = parameter;
  if (!Object.hasOwn(given, name)) {
    if (!parameter.default) return isOptional(type, named) ? null : anyOfType(type, decorators, named);
    const value = evaluate(parameter.default, scope);
    for (const wrong of [...mismatches(value, type, named), ...decoratorMismatches(value, decorators)]) {
      scope.tell(line, `the default of parameter ${name} ${wrong}`);
    }
    return value;
  }
  if (isSecure(type, decorators)) return unknown(kindOf(given[name] ?? null), { secret: true });
  return given[name] ?? null;
}
