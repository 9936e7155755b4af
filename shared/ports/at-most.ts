/**
 * Does something for each of many, at most `limit` of them at a time; answers are aligned. The first failure is thrown
 * once those under way have ended; what was not begun then is not done.
 */
export async function mapAtMost<Task, Result>(
  limit: number,
  tasks: readonly Task[],
  run: (task: Task) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(tasks.length);
  const next = tasks.entries();
  const failures: unknown[] = [];
  const work = async () => {
    for (const [index, task] of next) {
      try {
        results[index] = await run(task);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
