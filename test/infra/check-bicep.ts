import type { ArmTypes } from './arm/types.ts';
import type { BicepDocument } from './bicep/document.ts';
import type { Files } from './bicep/files.ts';
import { loopFindings } from './bicep/loops.ts';
import { referenceFindings } from './bicep/references.ts';
import type { Fields } from './bicep/value.ts';
import { checkResource, doubleFindings, lostFindings } from './check-resources.ts';
import { type Deployment, deploy } from './deployment.ts';
import type { Finding } from './finding.ts';
import { securityFindings } from './security.ts';

type Options = {
  readonly files: Files;
  /** Paths of all files of Bicep. */
  readonly paths: readonly string[];
  /** The files that are deployed, each with the values of its parameters, by the name of an environment. */
  readonly deployed: Readonly<Record<string, Readonly<Record<string, Fields>>>>;
  /** Undefined: resources are not held against their types. */
  readonly types: ArmTypes | undefined;
  /** Resources, as `type@version`, of which no type is published here. */
  readonly untyped?: readonly string[];
};

/** What is wrong with the Bicep, and what each environment would deploy. */
export function checkBicep({ files, paths, deployed, types, untyped = [] }: Options): {
  findings: readonly Finding[];
  /** By the name of the environment. */
  deployments: Readonly<Record<string, Deployment>>;
} {
  const documents = paths
    .map((path) => files.document(path))
    .filter((one): one is BicepDocument => one !== undefined);
  const named = Object.entries(deployed).flatMap(([main, environments]) =>
    Object.entries(environments).map(
      ([name, given]) => [name, deploy(main, given, { files, types })] as const,
    ),
  );
  const open = Object.keys(deployed).map((main) => deploy(main, 'anything', { files, types }));
  const all = [...open, ...named.map(([, deployment]) => deployment)];
  const findings = [
    ...files.findings(),
    ...documents.flatMap((document) => [...referenceFindings(document, files), ...loopFindings(document)]),
    ...all.flatMap((deployment) => deployment.findings),
    ...all.flatMap(({ resources }) =>
      resources.flatMap((one) => (types ? checkResource(one, types, untyped) : [])),
    ),
    ...all.flatMap(securityFindings),
    ...named.flatMap(([, { resources }]) => [...doubleFindings(resources), ...lostFindings(resources)]),
    ...documents
      .filter(({ file, resources }) => resources.length > 0 && !all.some((one) => one.files.has(file)))
      .map(({ file }) => ({ file, line: 1, message: 'nothing deploys this file: no module leads to it' })),
  ];
  return { findings, deployments: Object.fromEntries(named) };
}
