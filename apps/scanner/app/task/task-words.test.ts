import { afterAll, expect, test, vi } from 'vitest';

// The page's state reads its preferences when it is loaded.
vi.stubGlobal('localStorage', { getItem: () => null });
afterAll(() => vi.unstubAllGlobals());

test('an item without a description is said by its id, also where the description is empty', async () => {
  const { filledWords } = await import('./task-words.ts');
  const said = (description?: string) =>
    filledWords('itemId', { item: { itemId: 'TEA-1', ...(description !== undefined && { description }) } });
  expect([said('Teapot'), said(''), said()]).toEqual(['Teapot', 'TEA-1', 'TEA-1']);
});
