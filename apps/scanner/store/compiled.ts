/** Compiles each statement once, and keeps it. */
export function compiledOnce<Statement>(prepare: (text: string) => Statement) {
  const statements = new Map<string, Statement>();
  return {
    compiled(text: string): Statement {
      const known = statements.get(text) ?? prepare(text);
      statements.set(text, known);
      return known;
    },
    all: () => statements.values(),
  };
}
