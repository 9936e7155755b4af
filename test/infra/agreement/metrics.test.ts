import { expect, test } from 'vitest';
import { isList, propertyAt, type Value } from '../bicep/value.ts';
import { everything } from '../real-infra.ts';
import { created, resourceBehind } from './created.ts';
import { LOG_CATEGORIES, METRICS } from './metrics.ts';

const listAt = (value: Value | undefined, ...path: string[]): readonly Value[] => {
  const found = propertyAt(value, ...path);
  return isList(found) ? found : [];
};

test('An alert asks for a metric that its resource has, in a way and over a time that it is measured', () => {
  const rules = created(everything, 'Microsoft.Insights/metricAlerts');
  expect(rules.length).toBeGreaterThan(10);
  const wrong = rules.flatMap(({ fields }) =>
    listAt(fields, 'properties', 'criteria', 'allOf').flatMap((one) => {
      const text = (name: string) => String(propertyAt(one, name));
      const metric = METRICS[text('metricNamespace')]?.[text('metricName')];
      const dimensions = listAt(one, 'dimensions').map((dimension) => String(propertyAt(dimension, 'name')));
      const window = String(propertyAt(fields, 'properties', 'windowSize'));
      const isKnown =
        metric?.aggregations.includes(text('timeAggregation')) &&
        dimensions.every((dimension) => metric.dimensions.includes(dimension)) &&
        (metric.grain === undefined || metric.grain === window);
      return isKnown ? [] : [`${text('name')}: ${text('metricName')} by ${dimensions}, ${window}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test('Diagnostic settings ask for logs that their resource has', () => {
  const settings = created(everything, 'Microsoft.Insights/diagnosticSettings');
  expect(settings.length).toBeGreaterThan(2);
  const wrong = settings.flatMap(({ fields, scope }) => {
    const type = resourceBehind(scope)?.type ?? '?';
    return listAt(fields, 'properties', 'logs')
      .map((log) => String(propertyAt(log, 'categoryGroup') ?? propertyAt(log, 'category')))
      .filter((log) => !LOG_CATEGORIES[type]?.includes(log))
      .map((log) => `${type}: ${log}`);
  });
  expect(wrong).toEqual([]);
});
