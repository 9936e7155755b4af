/**
 * The host's half of the programming model of `@azure/functions` 4.16.5: the shapes that cross between host and library.
 * Source: `types-core/index.d.ts` of Azure/azure-functions-nodejs-worker; names and casing are the library's.
 */

/** One value on its way into or out of a function; exactly one member is set, `{}` is "nothing". */
export interface RpcTypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  http?: RpcHttp;
  int?: number;
  double?: number;
  collectionString?: { string: string[] };
  collectionBytes?: { bytes: Uint8Array[] };
  collectionSint64?: { sint64: number[] };
}

export interface RpcNullable<T> {
  value?: T;
}

export interface RpcHttp {
  method?: string;
  url?: string;
  nullableHeaders?: Record<string, RpcNullable<string>>;
  nullableQuery?: Record<string, RpcNullable<string>>;
  nullableParams?: Record<string, RpcNullable<string>>;
  body?: RpcTypedData | null;
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: RpcHttpCookie[];
  enableContentNegotiation?: boolean;
}

export interface RpcHttpCookie {
  name?: string;
  value?: string;
  domain?: RpcNullable<string> | undefined;
  path?: RpcNullable<string> | undefined;
  expires?: { value?: { seconds?: number; nanos?: number } } | undefined;
  secure?: RpcNullable<boolean> | undefined;
  httpOnly?: RpcNullable<boolean> | undefined;
  /** `none` means "not set", `explicitNone` is SameSite=None. */
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  maxAge?: RpcNullable<number> | undefined;
}

/** A binding as `registerFunction` delivers it: the user's options flattened, plus type, direction and name. */
export interface BindingInfo {
  type: string;
  direction: 'in' | 'out';
  name?: string;
  properties?: Record<string, string>;
  [option: string]: unknown;
}

export interface RetryOptions {
  retryStrategy?: string;
  maxRetryCount?: number;
  delayInterval?: { seconds?: number } | undefined;
  minimumInterval?: { seconds?: number } | undefined;
  maximumInterval?: { seconds?: number } | undefined;
}

export interface FunctionMetadata {
  name: string;
  functionId?: string;
  bindings: Record<string, BindingInfo>;
  retryOptions?: RetryOptions | undefined;
}

export type FunctionCallback = (...args: unknown[]) => unknown;

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type LogCategory = 'user' | 'system' | 'customMetric';

export interface RpcException {
  source: string;
  stackTrace: string;
  message: string;
  isUserException: boolean;
  type: string;
}

export interface RetryContext {
  retryCount: number;
  maxRetryCount: number;
  exception: RpcException | null;
}

export interface TraceContext {
  traceParent: string;
  traceState: string;
  attributes: Record<string, string>;
}

export interface RpcInvocationRequest {
  invocationId: string;
  functionId: string;
  inputData: { name: string; data: RpcTypedData }[];
  triggerMetadata: Record<string, RpcTypedData>;
  traceContext: TraceContext;
  retryContext: RetryContext | null;
}

export interface RpcInvocationResponse {
  invocationId: string;
  outputData?: { name: string; data: RpcTypedData }[];
  returnValue?: RpcTypedData | null;
}

export type InvocationState = 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';

/** What `ProgrammingModel.getInvocationModel` is given. */
export interface CoreInvocationContext {
  invocationId: string;
  request: RpcInvocationRequest;
  metadata: FunctionMetadata;
  state: InvocationState | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<RpcInvocationResponse>;
}

export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(
    defaults: Record<string, string>,
  ): Record<string, string> | Promise<Record<string, string>>;
}
