import { app } from '@azure/functions';
import { figuresQuerySchema } from '../shared/contracts/figures.ts';
import { readFigures } from '../shared/figures/read-figures.ts';
import { figuresStore } from './composition/figures.ts';
import { httpRoute, queryParameters } from './edge/http.ts';

httpRoute('figures', {
  route: 'figures',
  role: 'reader',
  methods: ['GET'],
  handler: async (request) => {
    const { minutes } = queryParameters(request, figuresQuerySchema);
    return { jsonBody: await readFigures(figuresStore, minutes, Date.now()) };
  },
});

/** Days that figures are kept. */
const KEPT_DAYS = 30;

/** Once an hour: what is too old to be looked at goes. */
app.timer('figures-retention', {
  schedule: '20 17 * * * *',
  handler: async () => {
    const oldest = new Date(Date.now() - KEPT_DAYS * 86_400_000);
    await figuresStore.removeBefore(oldest.toISOString().slice(0, 10));
  },
});
