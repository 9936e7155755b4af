import { findingsOf } from '../shared/domain/findings.ts';
import { services } from './composition/services.ts';
import { httpRoute } from './edge/http.ts';

/** Stocks told of in one answer. */
const LIMIT = 500;

/** Gaps and contradictions that the fold came upon. */
httpRoute('findings', {
  route: 'findings',
  role: 'reader',
  methods: ['GET'],
  handler: async () => ({
    jsonBody: findingsOf(await services.stockReader.readOpenFindings(LIMIT + 1), LIMIT),
  }),
});
