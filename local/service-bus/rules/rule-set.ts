import { z } from 'zod';
import type { PropertySource } from '../sql-filter/evaluate.ts';
import type { EntityRecord, EntityStore } from '../store/entity-store.ts';
import { compileRule, type Matcher, type Rule, ruleSchema } from './rule.ts';

/** Name of the rule a subscription without configured rules gets: it lets everything through. */
export const DEFAULT_RULE = '$Default';

/**
 * The rules of a subscription. Rules added and removed while the broker runs are kept over restarts, until the configured
 * ones change: then those count again.
 */
export class RuleSet {
  readonly #entity: EntityRecord;
  readonly #store: EntityStore;
  readonly #configured: string;
  #rules: readonly Rule[];
  #matchers: readonly Matcher[];

  /** @throws SqlFilterError when a configured filter is wrong. */
  constructor(entity: EntityRecord, configured: readonly Rule[], store: EntityStore) {
    this.#entity = entity;
    this.#store = store;
    this.#configured = JSON.stringify(configured);
    const saved = store.rules(entity);
    const isCurrent = saved?.configured === this.#configured;
    this.#rules = isCurrent ? z.array(ruleSchema).parse(JSON.parse(saved.current)) : configured;
    this.#matchers = this.#rules.map(compileRule);
    if (!isCurrent) this.#save();
  }

  /** True when at least one rule lets the message through. */
  match(source: PropertySource): boolean {
    for (const matches of this.#matchers) if (matches(source)) return true;
    return false;
  }

  /** All rules by name, `$Default` first. */
  list(): readonly Rule[] {
    return this.#rules.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Adds a rule.
   * @returns false when there is one with this name already. @throws SqlFilterError
   */
  add(rule: Rule): boolean {
    if (this.#find(rule.name)) return false;
    const matcher = compileRule(rule);
    this.#rules = [...this.#rules, rule];
    this.#matchers = [...this.#matchers, matcher];
    this.#save();
    return true;
  }

  /** Removes a rule; false when there is none with this name. Without rules nothing comes into the subscription. */
  remove(name: string): boolean {
    const found = this.#find(name);
    if (!found) return false;
    this.#rules = this.#rules.filter((rule) => rule !== found);
    this.#matchers = this.#rules.map(compileRule);
    this.#save();
    return true;
  }

  #find(name: string): Rule | undefined {
    return this.#rules.find((rule) => rule.name.toLowerCase() === name.toLowerCase());
  }

  #save(): void {
    this.#store.saveRules(this.#entity, this.#configured, JSON.stringify(this.#rules));
  }
}
