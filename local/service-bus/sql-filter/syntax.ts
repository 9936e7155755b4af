/** A value in a filter; null is SQL's unknown. */
export type FilterValue = string | number | boolean | Date | Buffer | null;

/** A reference to a property of the message: one of the sender's (`user`) or of the message itself (`sys`). Lower case. */
export interface PropertyReference {
  readonly kind: 'property';
  readonly scope: 'user' | 'sys';
  readonly name: string;
}

/** Comparison operators, `!=` being `<>`. */
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** Arithmetic operators. */
export type Arithmetic = '+' | '-' | '*' | '/' | '%';

/** A parsed filter, or a part of it. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: FilterValue }
  | PropertyReference
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | { readonly kind: 'not' | 'negate'; readonly operand: Expression }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'calculate';
      readonly operator: Arithmetic;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'in'; readonly operand: Expression; readonly among: readonly Expression[] }
  | {
      readonly kind: 'like';
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escape: Expression | undefined;
    }
  | { readonly kind: 'isNull'; readonly operand: Expression }
  | { readonly kind: 'exists'; readonly property: PropertyReference };
