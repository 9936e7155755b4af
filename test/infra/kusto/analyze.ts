import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createContext, runInContext } from 'node:vm';

/** What Microsoft's own language service makes of a query: what is wrong with it, and the columns of its answer. */
export type Analysis = { readonly problems: readonly string[]; readonly columns: readonly string[] };

/**
 * Reads a query as Log Analytics does, by the tables and columns that the queries of infra/ ask, their types as in the reference of
 * Azure Monitor's logs (https://learn.microsoft.com/azure/azure-monitor/reference/tables/appmetrics, and so on).
 */
export function analyze(query: string): Analysis {
  const code = language.KustoCode.ParseAndAnalyze(query, workspace);
  return {
    problems: listOf(code.GetDiagnostics()).map(({ Message }) => Message),
    columns: listOf(code.ResultType?.Columns).map(({ Name }) => Name),
  };
}

const COMMON =
  'TimeGenerated: datetime, ItemCount: int, Properties: dynamic, AppRoleName: string, AppRoleInstance: string';

const TABLES = {
  AppMetrics: `(${COMMON}, Name: string, Sum: real, Min: real, Max: real)`,
  AppRequests: `(${COMMON}, Name: string, Url: string, Success: bool, ResultCode: string, DurationMs: real)`,
  AppTraces: `(${COMMON}, Message: string, SeverityLevel: int)`,
  AppExceptions: `(${COMMON}, ExceptionType: string, OuterMessage: string, SeverityLevel: int)`,
};

/** A list of .NET, as Bridge.NET has it in JavaScript. */
type List<T> = { readonly Count: number; getItem(index: number): T };
type Constructor<Arguments extends unknown[]> = new (...given: Arguments) => object;

/** As much as is used here of the package's own types, which are 1.7 MB. */
type KustoLanguage = {
  readonly KustoCode: {
    ParseAndAnalyze(
      text: string,
      globals: object,
    ): {
      GetDiagnostics(): List<{ readonly Message: string }>;
      readonly ResultType: { readonly Columns?: List<{ readonly Name: string }> } | null;
    };
  };
  readonly GlobalState: { readonly Default: { WithDatabase(database: object): object } };
  readonly Symbols: {
    readonly TableSymbol: { readonly $ctor7: Constructor<[name: string, schema: string, description: null]> };
    readonly DatabaseSymbol: { readonly ctor: Constructor<[name: string, members: object[]]> };
  };
};

/** Its scripts put themselves into the globals, so they have some of their own. */
function loadLanguage(): KustoLanguage {
  const { resolve } = createRequire(import.meta.url);
  const globals = createContext({ console });
  for (const script of ['bridge.min.js', 'Kusto.Language.Bridge.min.js'])
    runInContext(readFileSync(resolve(`@kusto/language-service-next/${script}`), 'utf8'), globals);
  return runInContext('Kusto.Language', globals) as KustoLanguage;
}

const language = loadLanguage();
const { TableSymbol, DatabaseSymbol } = language.Symbols;
const workspace = language.GlobalState.Default.WithDatabase(
  new DatabaseSymbol.ctor(
    'workspace',
    Object.entries(TABLES).map(([name, schema]) => new TableSymbol.$ctor7(name, schema, null)),
  ),
);

function listOf<T>(list: List<T> | undefined): T[] {
  return Array.from({ length: list?.Count ?? 0 }, (_unused, index) => list?.getItem(index)).filter(
    (item) => item !== undefined,
  );
}
