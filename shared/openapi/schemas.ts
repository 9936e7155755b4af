import { z } from 'zod';
import { signInSchema } from '../contracts/access.ts';
import { actionSchema, actionsSchema } from '../contracts/actions.ts';
import {
  acceptedOrderSchema,
  allocationOrderSchema,
  allocationSourceSchema,
  backorderSchema,
  backordersSchema,
  holdConversionSchema,
  holdExtensionSchema,
  holdSchema,
  holdStateSchema,
  lineAllocationSchema,
  orderAllocationSchema,
  orderedLineSchema,
} from '../contracts/allocation.ts';
import { allocationCountsSchema } from '../contracts/allocation-counts.ts';
import {
  atpDaysSchema,
  atpQueryResultSchema,
  atpQuerySchema,
  itemAtpSchema,
  warehouseAtpSchema,
} from '../contracts/atp.ts';
import { backlogSchema } from '../contracts/backlog.ts';
import { figuresSchema, latencySchema } from '../contracts/figures.ts';
import { findingsSchema } from '../contracts/findings.ts';
import { healthSchema } from '../contracts/health.ts';
import { stockHistorySchema } from '../contracts/history.ts';
import {
  itemIdSchema,
  lineIdSchema,
  orderIdSchema,
  referenceSchema,
  warehouseIdSchema,
} from '../contracts/identifiers.ts';
import {
  assignmentSchema,
  closureSchema,
  explanationRequestSchema,
  investigationIdSchema,
  investigationSchema,
  investigationsSchema,
  recountRequestSchema,
  recountSchema,
} from '../contracts/investigation.ts';
import { openPromisesSchema } from '../contracts/open-promises.ts';
import {
  atpDaySchema,
  atpThresholdsSchema,
  expectedReceiptSchema,
  expectedReceiptStateSchema,
  expectedReceiptsSchema,
  safetyStockSchema,
  safetyStockStateSchema,
} from '../contracts/planning.ts';
import { problemDetailsSchema } from '../contracts/problem-details.ts';
import {
  deleteRequestSchema,
  deleteResultSchema,
  quarantineCountsSchema,
  quarantinedMessageSchema,
  quarantineIdSchema,
  quarantinePageSchema,
  replayOneRequestSchema,
  replayRequestSchema,
  replayResultSchema,
  restoreRequestSchema,
  restoreResultSchema,
} from '../contracts/quarantine.ts';
import {
  acceptedRunSchema,
  accuracySchema,
  discrepanciesSchema,
  discrepancySchema,
  reconciliationFiguresSchema,
  runIdSchema,
  runRequestSchema,
  runSchema,
  runsSchema,
  warehouseFiguresSchema,
} from '../contracts/reconciliation.ts';
import { traceSchema, tracesSchema } from '../contracts/traces.ts';

/** `days` is there when a day was asked for. */
const byDate = atpDaysSchema.partial().shape;

/** The bodies of the HTTP API, by the name they have in the OpenAPI document. */
export const SCHEMAS = {
  AcceptedOrder: acceptedOrderSchema,
  AcceptedRun: acceptedRunSchema,
  Accuracy: accuracySchema,
  Action: actionSchema,
  Actions: actionsSchema,
  AllocationCounts: allocationCountsSchema,
  AllocationOrder: allocationOrderSchema,
  AllocationSource: allocationSourceSchema,
  Assignment: assignmentSchema,
  AsyncApi: z.looseObject({ asyncapi: z.string() }),
  AtpDay: atpDaySchema,
  AtpQuery: atpQuerySchema,
  AtpQueryResult: atpQueryResultSchema,
  AtpThresholds: atpThresholdsSchema,
  Backlog: backlogSchema,
  Backorder: backorderSchema,
  Backorders: backordersSchema,
  Closure: closureSchema,
  DeleteRequest: deleteRequestSchema,
  DeleteResult: deleteResultSchema,
  Discrepancies: discrepanciesSchema,
  Discrepancy: discrepancySchema,
  ExpectedReceipt: expectedReceiptSchema,
  ExpectedReceiptState: expectedReceiptStateSchema,
  ExpectedReceipts: expectedReceiptsSchema,
  Explanation: explanationRequestSchema,
  Findings: findingsSchema,
  Figures: figuresSchema,
  Health: healthSchema,
  SignIn: signInSchema,
  Hold: holdSchema,
  HoldConversion: holdConversionSchema,
  HoldExtension: holdExtensionSchema,
  HoldState: holdStateSchema,
  Investigation: investigationSchema,
  Investigations: investigationsSchema,
  ItemAtp: itemAtpSchema.extend(byDate),
  Latency: latencySchema,
  LineAllocation: lineAllocationSchema,
  Live: z.object({ status: z.literal('live') }),
  OpenPromises: openPromisesSchema,
  OpenApi: z.looseObject({ openapi: z.string() }),
  OrderAllocation: orderAllocationSchema,
  OrderLine: orderedLineSchema,
  ProblemDetails: problemDetailsSchema,
  QuarantineCounts: quarantineCountsSchema,
  QuarantinedMessage: quarantinedMessageSchema,
  QuarantinePage: quarantinePageSchema,
  ReconciliationFigures: reconciliationFiguresSchema,
  Recount: recountSchema,
  RecountRequest: recountRequestSchema,
  ReplayOneRequest: replayOneRequestSchema,
  ReplayRequest: replayRequestSchema,
  ReplayResult: replayResultSchema,
  RestoreRequest: restoreRequestSchema,
  RestoreResult: restoreResultSchema,
  Run: runSchema,
  RunRequest: runRequestSchema,
  Runs: runsSchema,
  SafetyStock: safetyStockSchema,
  SafetyStockState: safetyStockStateSchema,
  StockHistory: stockHistorySchema,
  Trace: traceSchema,
  Traces: tracesSchema,
  WarehouseFigures: warehouseFiguresSchema,
  WarehouseAtp: warehouseAtpSchema.extend(byDate),
} satisfies Record<string, z.ZodType>;

export type SchemaName = keyof typeof SCHEMAS;

/** The parameters of paths, by name. */
export const PATH_PARAMETERS: Readonly<Record<string, { schema: z.ZodType; description: string }>> = {
  itemId: { schema: itemIdSchema, description: 'An item.' },
  warehouseId: { schema: warehouseIdSchema, description: 'A warehouse.' },
  orderId: { schema: orderIdSchema, description: "An order, by the OMS's own id." },
  lineId: { schema: lineIdSchema, description: 'A line of the order.' },
  holdId: { schema: orderIdSchema, description: "A cart, by the OMS's own id." },
  expectedReceiptId: { schema: referenceSchema, description: 'A delivery that is announced.' },
  runId: { schema: runIdSchema, description: 'A run of the reconciliation.' },
  investigationId: { schema: investigationIdSchema, description: 'An investigation.' },
  id: { schema: quarantineIdSchema, description: 'A message in quarantine.' },
};
