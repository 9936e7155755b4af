import { argumentProblems, parameterValue } from './arguments.ts';
import type { ArmTypes } from './arm/types.ts';
import { anyOfType, mismatches, type TypeNamed } from './bicep/check-type.ts';
import type { BicepDocument, Body, Call, Module, Resource } from './bicep/document.ts';
import { evaluate, loopNames, roundsOf, type Scope, withNames } from './bicep/evaluate.ts';
import { type Files, pathFrom } from './bicep/files.ts';
import {
  type Fields,
  holds,
  isFields,
  isList,
  isUnknown,
  kindOf,
  lineOfField,
  mapFields,
  unknown,
  type Value,
} from './bicep/value.ts';
import type { DeployedResource } from './deployed-resource.ts';
import type { Finding } from './finding.ts';
import { readFileCall } from './read-file-call.ts';
import { resourceMember } from './resource-member.ts';

/** What a deployment of a file brings about, and what is wrong with it. */
export type Deployment = {
  readonly resources: readonly DeployedResource[];
  readonly outputs: readonly DeployedOutput[];
  readonly findings: readonly Finding[];
  /** The files that took part. */
  readonly files: ReadonlySet<string>;
};

export type DeployedOutput = {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly value: Value;
};

type Context = {
  readonly files: Files;
  readonly types: ArmTypes | undefined;
  readonly resources: DeployedResource[];
  readonly outputs: DeployedOutput[];
  readonly findings: Finding[];
  readonly taken: Set<string>;
  /** Whether the module is that is deployed now. */
  readonly isDeployed: Value;
};

/**
 * Plays a deployment through, modules and loops and all, as far as it can be told without Azure.
 *
 * @param given values of the parameters; a parameter that is not given has its default, or with `'anything'` any value of
 * its type
 */
export function deploy(
  file: string,
  given: Fields | 'anything',
  { files, types }: { files: Files; types: ArmTypes | undefined },
): Deployment {
  const context: Context = {
    files,
    types,
    resources: [],
    outputs: [],
    findings: [],
    taken: new Set(),
    isDeployed: true,
  };
  const document = files.document(file);
  if (!document) return { ...context, files: context.taken };
  deployDocument(document, given === 'anything' ? anyParameters(document) : given, context);
  return { ...context, files: context.taken };
}

function anyParameters({ parameters }: BicepDocument): Fields {
  return Object.fromEntries(
    parameters.map(({ name, type, decorators }) => [name, anyOfType(type, decorators, () => undefined)]),
  );
}

/** Deploys what a file declares, and returns the values of its outputs. */
function deployDocument(document: BicepDocument, given: Fields, context: Context): Fields {
  const { file } = document;
  context.taken.add(file);
  const tell = (line: number, message: string) => context.findings.push({ file, line, message });
  const scope = scopeOf(document, given, context, tell);
  for (const { name } of [
    ...document.parameters,
    ...document.variables,
    ...document.resources,
    ...document.modules,
  ]) {
    scope.lookup(name);
  }
  const named = typesOf(document, context);
  const outputs = document.outputs.map(({ name, line, value: expression, type }): [string, Value] => {
    const value = evaluate(expression, scope);
    for (const wrong of mismatches(value, type, named)) tell(line, `output ${name} ${wrong}`);
    context.outputs.push({ file, line, name, value });
    return [name, value];
  });
  return Object.fromEntries(outputs);
}

/** The names of a file; each is evaluated when it is first asked for. */
function scopeOf(document: BicepDocument, given: Fields, context: Context, tell: Scope['tell']): Scope {
  const { file } = document;
  const makers = new Map<string, () => Value>();
  const known = new Map<string, Value>();
  const named = typesOf(document, context);
  const scope: Scope = {
    tell,
    lookup: (name) => {
      const value = known.get(name);
      if (value !== undefined) return value;
      const make = makers.get(name);
      if (!make) return undefined;
      // What asks for itself meanwhile: the references' check tells of it.
      known.set(name, unknown('any'));
      const made = make();
      known.set(name, made);
      return made;
    },
    call: (call, values) =>
      readFileCall(call, values, file, context.files, tell) ?? ownFunction(call, values),
    member: (of, name, line) => {
      const found = resourceMember(of, name, context.types);
      if (found === 'not known') {
        tell(line, `.${name} is no property of ${describeOrigin(of)}`);
        return unknown('any');
      }
      return found;
    },
  };
  const ownFunction = ({ name }: Call, values: readonly Value[]) => {
    const found = document.functions.find((one) => one.name === name);
    if (!found) return undefined;
    const names = found.parameters.map((parameter, at) => [parameter, values[at] ?? unknown('any')] as const);
    return evaluate(found.body, withNames(scope, Object.fromEntries(names)));
  };
  for (const parameter of document.parameters) {
    makers.set(parameter.name, () => parameterValue(parameter, given, scope, named));
  }
  for (const { name, value } of document.variables) makers.set(name, () => evaluate(value, scope));
  for (const imported of document.imports) {
    makers.set(imported.name, () => {
      const from = context.files.document(pathFrom(file, imported.from));
      return (from && scopeOf(from, {}, context, () => {}).lookup(imported.imported)) ?? unknown('any');
    });
  }
  for (const resource of document.resources) {
    makers.set(resource.name, () => deployResource(resource, document, scope, context));
  }
  for (const module of document.modules) {
    makers.set(module.name, () => deployModule(module, document, scope, context));
  }
  return scope;
}

function typesOf(document: BicepDocument, context: Context): TypeNamed {
  return (name) => {
    const imported = document.imports.find((one) => one.name === name);
    const from = imported && context.files.document(pathFrom(document.file, imported.from));
    return (from ?? document).types.find((type) => type.name === (imported?.imported ?? name))?.type;
  };
}

/** Deploys each round of a loop, or the one there is, and gives what its symbol stands for. */
function rounds(
  { loop, condition }: Body,
  scope: Scope,
  deployOne: (scope: Scope, isDeployed: Value) => Value,
): Value {
  const one = (names: Fields) => {
    const inner = withNames(scope, names);
    return deployOne(inner, condition ? evaluate(condition, inner) : true);
  };
  if (condition && !loop && holds(evaluate(condition, scope), 'late')) {
    scope.tell(condition.line, `a condition ${LATE}`);
  }
  if (!loop) return one({});
  if (holds(evaluate(loop.of, scope), 'late')) scope.tell(loop.of.line, `what a loop goes through ${LATE}`);
  const all = roundsOf(loop, scope);
  return all ? all.map(one) : unknown('array', { among: [one(loopNames(loop))] });
}

const LATE = 'has to be known before the deployment starts: this is known once a resource is there';

function deployResource(resource: Resource, document: BicepDocument, scope: Scope, context: Context): Value {
  const outer = document.resources.find(({ name }) => name === resource.within);
  const { name: symbol, line, existing } = resource;
  return rounds(resource.body, scope, (inner, isDeployed) => {
    const body = bodyOf(resource.body, inner);
    const parent = resourceOf(outer ? inner.lookup(outer.name) : body.parent);
    const isRelative = outer && parent && !resource.type.includes('.');
    if (holds(body.name ?? null, 'late')) {
      inner.tell(lineOfField(body, 'name', line), `the name of ${symbol} ${LATE}`);
    }
    const deployed: DeployedResource = {
      file: document.file,
      line,
      symbol,
      type: isRelative ? `${parent.type}/${resource.type}` : resource.type,
      apiVersion: resource.apiVersion || (parent?.apiVersion ?? ''),
      existing,
      targetScope: document.targetScope,
      isDeployed: both(context.isDeployed, isDeployed),
      parent,
      hasParent: outer !== undefined || body.parent !== undefined,
      scope: body.scope,
      fields: mapFields(body, (value, name) => (NO_PROPERTIES.has(name) ? undefined : value)),
    };
    context.resources.push(deployed);
    return unknown('object', { from: { resource: deployed, path: [] } });
  });
}

const NO_PROPERTIES = new Set(['parent', 'scope', 'dependsOn']);

function bodyOf({ properties }: Body, scope: Scope): Fields {
  const value = evaluate(properties, scope);
  return isFields(value) ? value : {};
}

/** Whether a resource of a module is deployed: when both are. */
function both(a: Value, b: Value): Value {
  if (a === false || b === false) return false;
  return a === true ? b : a;
}

function deployModule(module: Module, document: BicepDocument, scope: Scope, context: Context): Value {
  const target = context.files.document(pathFrom(document.file, module.path));
  return rounds(module.body, scope, (inner, isDeployed) => {
    const {
      params = {},
      name = null,
      scope: _scope,
      dependsOn: _dependsOn,
      ...others
    } = bodyOf(module.body, inner);
    for (const other of Object.keys(others))
      inner.tell(module.line, `module ${module.name}: ${other} is not known`);
    if (holds(name, 'late')) inner.tell(module.line, `the name of module ${module.name} ${LATE}`);
    if (!target || !isFields(params)) return unknown('any');
    for (const { name: parameter, problem } of argumentProblems(params, target, typesOf(target, context))) {
      inner.tell(lineOfField(params, parameter, module.line), problem);
    }
    const given = mapFields(params, atStart);
    const outputs = deployDocument(target, given, {
      ...context,
      isDeployed: both(context.isDeployed, isDeployed),
    });
    return { name, outputs: mapFields(outputs, asLate) };
  });
}

/** A module's parameters are known when its deployment starts. */
function atStart(value: Value): Value {
  if (isList(value)) return value.map(atStart);
  if (isFields(value)) return mapFields(value, atStart);
  if (!isUnknown(value)) return value;
  const [only, ...others] = value.among ?? [];
  if (only !== undefined && others.length === 0 && !value.secret) return atStart(only);
  return { ...value, late: false };
}

/** A module's outputs are known when it is deployed. */
function asLate(value: Value): Value {
  if (isUnknown(value)) return { ...value, late: true };
  return unknown(kindOf(value), { late: true, among: [value] });
}

function resourceOf(value: Value | undefined): DeployedResource | undefined {
  return isUnknown(value) && value.from?.path.length === 0 ? value.from.resource : undefined;
}

function describeOrigin(of: Value): string {
  return isUnknown(of) && of.from ? [of.from.resource.type, ...of.from.path].join('.') : 'it';
}
