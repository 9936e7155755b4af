import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { analyze } from './kusto/analyze.ts';
import { jsonOf } from './real-infra.ts';

describe('Queries of alerts', () => {
  const { logAlerts } = z
    .object({
      logAlerts: z.array(
        z.object({
          name: z.string(),
          query: z.array(z.string()),
          metricMeasureColumn: z.string().optional(),
          dimensions: z.array(z.string()),
        }),
      ),
    })
    .parse(jsonOf('infra/monitoring/alerts.json'));

  test.each(logAlerts)('$name is one, and answers the columns that its rule reads', (alert) => {
    const { problems, columns } = analyze(alert.query.join('\n'));
    expect(problems).toEqual([]);
    const read = alert.metricMeasureColumn ? [alert.metricMeasureColumn] : [];
    expect(columns).toEqual(expect.arrayContaining([...read, ...alert.dimensions]));
  });
});

describe('Queries of the workbook', () => {
  const { items } = z
    .object({
      items: z.array(
        z.object({
          name: z.string(),
          content: z.object({ query: z.string().optional(), queryType: z.number().optional() }),
        }),
      ),
    })
    .parse(jsonOf('infra/monitoring/workbook.json'));
  const queries = items.flatMap(({ name, content: { query, queryType } }) =>
    // 0 is Log Analytics; metrics of a resource have no query in this language.
    query !== undefined && queryType === 0 ? [{ name, query }] : [],
  );

  test.each(queries)('$name is one', ({ query }) => {
    expect(analyze(query).problems).toEqual([]);
  });

  test('are there', () => {
    expect(queries.length).toBeGreaterThan(12);
  });
});

describe('What is found', () => {
  test.each([
    ['a column that is not there', 'AppMetrics | where Nam == 1', /'Nam' does not refer to any known column/],
    ['a table that is not there', 'AppMetric | take 1', /'AppMetric' does not refer to any known table/],
    ['a key word', 'AppMetrics | extend By = Properties.by', /keyword 'by'/],
    [
      'an argument that is missing',
      'AppMetrics | summarize percentilew(Sum, ItemCount)',
      /expects 3 arguments/,
    ],
  ])('is %s', (_what, query, problem) => {
    expect(analyze(query).problems.join('\n')).toMatch(problem);
  });
});
