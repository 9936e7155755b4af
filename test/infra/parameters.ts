import { z } from 'zod';
import { argumentProblems } from './arguments.ts';
import { evaluate, type Scope } from './bicep/evaluate.ts';
import { type Files, pathFrom } from './bicep/files.ts';
import { type Fields, unknown, type Value } from './bicep/value.ts';
import type { Finding } from './finding.ts';

/** The values that a file of parameters gives, which are of which file of Bicep, and what is wrong with them. */
export type Parameters = {
  readonly file: string;
  readonly of: string;
  readonly given: Fields;
  readonly findings: readonly Finding[];
};

const azdSchema = z.object({ parameters: z.record(z.string(), z.object({ value: z.json() })) });

/**
 * Parameters as azd takes them (`main.parameters.json`): `${NAME}` stands for a variable of the environment,
 * `${NAME=value}` has a value where there is none. azd makes a number or a truth value of the text where the parameter
 * is one (`armParameterFileValue` of Azure/azure-dev).
 */
export function azdParameters(file: string, of: string, files: Files): Parameters {
  const { parameters } = azdSchema.parse(JSON.parse(files.text(file) ?? '{}'));
  const declared = files.document(of)?.parameters ?? [];
  const kindOf = (name: string) => {
    const type = declared.find((parameter) => parameter.name === name)?.type;
    return type?.kind === 'named' ? type.name : 'string';
  };
  const given = Object.entries(parameters).map(([name, { value }]) => {
    const variable = typeof value === 'string' ? /^\$\{\w+(?:=(.*))?\}$/.exec(value) : undefined;
    return [name, variable ? fromText(variable[1], kindOf(name)) : value] as const;
  });
  return checked({ file, of, given: Object.fromEntries(given), findings: [] }, files, () => 1);
}

function fromText(text: string | undefined, kind: string): Value {
  if (kind === 'bool') return text === undefined ? unknown('bool') : text === 'true';
  if (kind === 'int') return text === undefined ? unknown('int') : Number(text);
  return text ?? unknown('string');
}

/** Parameters of a `.bicepparam`. */
export function bicepParameters(file: string, files: Files): Parameters {
  const document = files.document(file);
  if (!document?.using) {
    return {
      file,
      of: '',
      given: {},
      findings: [{ file, line: 1, message: 'no `using` says of which file the parameters are' }],
    };
  }
  const of = pathFrom(file, document.using.path);
  const findings: Finding[] = [];
  const scope: Scope = {
    lookup: (name) => {
      const found = document.variables.find((one) => one.name === name);
      return found && evaluate(found.value, scope);
    },
    call: ({ name }, values) =>
      name === 'readEnvironmentVariable' ? (values[1] ?? unknown('string')) : undefined,
    member: () => undefined,
    tell: (line, message) => findings.push({ file, line, message }),
  };
  const names = new Set(
    [...(files.text(file) ?? '').matchAll(/^param\s+(\w+)\s*=/gm)].map(([, name]) => name),
  );
  const assigned = document.variables.filter(({ name }) => names.has(name));
  const given = assigned.map(({ name, value }) => [name, evaluate(value, scope)] as const);
  const lineOf = (name: string) => assigned.find((one) => one.name === name)?.line ?? 1;
  return checked({ file, of, given: Object.fromEntries(given), findings }, files, lineOf);
}

/** With what is wrong of the values, as the file of Bicep declares its parameters. */
function checked(parameters: Parameters, files: Files, lineOf: (name: string) => number): Parameters {
  const { file, of, given, findings } = parameters;
  const target = files.document(of);
  if (!target)
    return { ...parameters, findings: [{ file, line: 1, message: `${of} is not there, or does not parse` }] };
  const problems = argumentProblems(given, target, () => undefined).map(({ name, problem }) => ({
    file,
    line: lineOf(name),
    message: problem,
  }));
  return { ...parameters, findings: [...findings, ...problems] };
}
