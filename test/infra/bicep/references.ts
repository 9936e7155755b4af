import type { Finding } from '../finding.ts';
import { KINDS } from './check-type.ts';
import type { BicepDocument, Body, Expression, Loop, Module, TypeNode } from './document.ts';
import { isNamespace, partsOf } from './document.ts';
import { type Files, pathFrom } from './files.ts';
import { FUNCTIONS, LAMBDA_FUNCTIONS, READERS } from './functions.ts';

/**
 * Tells what of a file leads nowhere: names, types, functions, modules; what is declared twice; and what is declared and never
 * used. What outputs and fields lead nowhere, playing the deployment through tells.
 */
export function referenceFindings(document: BicepDocument, files: Files): readonly Finding[] {
  const findings: Finding[] = [];
  const tell = (line: number, message: string) => findings.push({ file: document.file, line, message });
  const used = new Set<string>();
  const names = declaredNames(document);
  const walk = (expression: Expression, local: ReadonlySet<string>): void => {
    if (expression.kind === 'symbol') {
      if (!local.has(expression.name)) use(expression.name, expression.line);
      return;
    }
    if (expression.kind === 'nested') use(expression.name, expression.line);
    if (expression.kind === 'call') checkCall(expression);
    const inner = new Set([...local, ...namesOf(expression)]);
    const outside = expression.kind === 'for' ? expression.loop.of : undefined;
    for (const part of partsOf(expression)) {
      const isTarget = expression.kind === 'call' && part === expression.target;
      if (!(isTarget && isNamespace(part))) walk(part, part === outside ? local : inner);
    }
  };
  const use = (name: string, line: number) => {
    used.add(name);
    if (!names.has(name)) tell(line, `${name} is not declared`);
  };
  const checkCall = ({ name, target, line }: Extract<Expression, { kind: 'call' }>) => {
    if (target && !isNamespace(target)) return;
    const isOwn = names.has(name) && !target;
    if (isOwn) used.add(name);
    else if (!FUNCTIONS[name] && !LAMBDA_FUNCTIONS[name] && !READERS.has(name))
      tell(line, `function ${name}() is not known`);
  };
  const walkBody = ({ loop, condition, properties }: Body) => {
    if (loop) walk(loop.of, NONE);
    const local = new Set(loop ? loopNamesOf(loop) : []);
    if (condition) walk(condition, local);
    walk(properties, local);
  };
  const walkType = (type: TypeNode) => {
    for (const name of typeNames(type)) {
      if (Object.hasOwn(KINDS, name.name)) continue;
      used.add(name.name);
      if (!names.has(name.name)) tell(name.line, `type ${name.name} is not declared`);
    }
  };

  for (const { type, default: value } of document.parameters) {
    walkType(type);
    if (value) walk(value, NONE);
  }
  for (const { type } of document.types) walkType(type);
  for (const { value } of document.variables) walk(value, NONE);
  for (const { parameters, body } of document.functions) walk(body, new Set(parameters));
  for (const { body } of document.resources) walkBody(body);
  for (const module of document.modules) {
    walkBody(module.body);
    checkPath(module, document, files, tell);
  }
  for (const { type, value } of document.outputs) {
    walkType(type);
    walk(value, NONE);
  }
  for (const { imported, from, line } of document.imports) {
    const target = files.document(pathFrom(document.file, from));
    if (!target) tell(line, `'${from}': there is no such file, or it does not parse`);
    else if (imported !== '*' && !declaredNames(target).has(imported))
      tell(line, `${from} declares no ${imported}`);
  }
  if (!TARGET_SCOPES.has(document.targetScope)) tell(1, `targetScope '${document.targetScope}' is not known`);
  tellOfNames(document, used, tell);
  return findings;
}

const TARGET_SCOPES = new Set(['resourceGroup', 'subscription', 'managementGroup', 'tenant']);
const NONE: ReadonlySet<string> = new Set();

function declarations(document: BicepDocument): readonly { name: string; line: number }[] {
  const { imports, parameters, variables, types, functions, resources, modules } = document;
  return [...imports, ...parameters, ...variables, ...types, ...functions, ...resources, ...modules];
}

function declaredNames(document: BicepDocument): ReadonlySet<string> {
  return new Set(declarations(document).map(({ name }) => name));
}

/** Two of one name, and what nothing uses. Resources and modules are there for themselves. */
function tellOfNames(
  document: BicepDocument,
  used: ReadonlySet<string>,
  tell: (line: number, message: string) => void,
): void {
  const seen = new Set<string>();
  for (const { name, line } of declarations(document)) {
    if (seen.has(name)) tell(line, `${name} is declared twice`);
    seen.add(name);
  }
  const isExported = ({ decorators }: { decorators: readonly { name: string }[] }) =>
    decorators.some(({ name }) => name === 'export');
  const idle = [
    ...document.parameters.map((one) => ({ ...one, what: 'parameter' })),
    ...document.variables.filter((one) => !isExported(one)).map((one) => ({ ...one, what: 'variable' })),
    ...document.imports.map((one) => ({ ...one, what: 'import' })),
    ...document.resources.filter((one) => one.existing).map((one) => ({ ...one, what: 'existing resource' })),
  ];
  if (document.using) return;
  for (const { what, name, line } of idle) if (!used.has(name)) tell(line, `${what} ${name} is never used`);
}

function checkPath(
  module: Module,
  document: BicepDocument,
  files: Files,
  tell: (line: number, message: string) => void,
) {
  if (/^(br|ts)[:/]/.test(module.path)) {
    tell(module.line, `module ${module.name} comes from a registry: it cannot be looked into`);
  } else if (!files.document(pathFrom(document.file, module.path))) {
    tell(module.line, `module ${module.name}: there is no file '${module.path}', or it does not parse`);
  }
}

function namesOf(expression: Expression): readonly string[] {
  if (expression.kind === 'lambda') return expression.parameters;
  return expression.kind === 'for' ? loopNamesOf(expression.loop) : [];
}

function loopNamesOf({ item, index }: Loop): readonly string[] {
  return index === undefined ? [item] : [item, index];
}

function typeNames(type: TypeNode): readonly { name: string; line: number }[] {
  switch (type.kind) {
    case 'named':
      return [type];
    case 'literal':
      return [];
    case 'union':
      return type.of.flatMap(typeNames);
    case 'array':
    case 'nullable':
      return typeNames(type.of);
    case 'object':
      return Object.values(type.fields).flatMap(typeNames);
  }
}
