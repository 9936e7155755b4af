/**
 * Work on the same item that waits at the same time is done together: while one group of an item is under way, what
 * comes for it waits and becomes the next group. Different items do not wait for each other.
 *
 * @param run does a group, at most `limit` tasks, and answers one result each, aligned
 */
export function groupByItem<Task, Result>(
  itemOf: (task: Task) => string,
  limit: number,
  run: (itemId: string, tasks: readonly Task[]) => Promise<readonly Result[]>,
): (task: Task) => Promise<Result> {
  type Waiting = { task: Task; resolve: (result: Result) => void; reject: (error: unknown) => void };
  const queues = new Map<string, Waiting[]>();

  const drain = async (itemId: string, queue: Waiting[]) => {
    while (queue.length > 0) {
      const group = queue.splice(0, limit);
      try {
        const results = await run(
          itemId,
          group.map(({ task }) => task),
        );
        for (const [index, { resolve, reject }] of group.entries()) {
          const result = results[index];
          if (result === undefined) reject(new Error(`No result for task ${index} of item ${itemId}.`));
          else resolve(result);
        }
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    queues.delete(itemId);
  };

  return (task) =>
    new Promise((resolve, reject) => {
      const itemId = itemOf(task);
      const queue = queues.get(itemId);
      if (queue) {
        queue.push({ task, resolve, reject });
        return;
      }
      const started = [{ task, resolve, reject }];
      queues.set(itemId, started);
      // What is asked in the same turn belongs to the first group already.
      queueMicrotask(() => void drain(itemId, started));
    });
}
