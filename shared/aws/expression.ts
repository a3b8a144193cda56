/**
 * A condition on an item. `['state', '=', 'scheduled']`, `['pk', 'absent']`, `['state', 'in', ['a', 'b']]`, and
 * `{ all: […] }` or `{ any: […] }` of them. Names are top-level attributes.
 */
export type Condition =
  | readonly [name: string, comparison: '=' | '<>' | '<' | '<=' | '>' | '>=', value: unknown]
  | readonly [name: string, test: 'absent' | 'present']
  | readonly [name: string, test: 'in', values: readonly unknown[]]
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }

/** Builds DynamoDB expressions with every name and value behind a placeholder, so that no word is reserved. */
export class Expression {
  readonly #names = new Map<string, string>()
  readonly #values: unknown[] = []

  condition(condition: Condition): string {
    if ('all' in condition) return this.#join(condition.all, ' AND ')
    if ('any' in condition) return this.#join(condition.any, ' OR ')
    if (condition[1] === 'absent') return `attribute_not_exists(${this.#name(condition[0])})`
    if (condition[1] === 'present') return `attribute_exists(${this.#name(condition[0])})`
    if (condition[1] === 'in')
      return `${this.#name(condition[0])} IN (${condition[2].map((value) => this.#value(value)).join(', ')})`
    return this.compare(condition[0], condition[1], condition[2])
  }

  compare(name: string, comparison: string, value: unknown): string {
    return `${this.#name(name)} ${comparison} ${this.#value(value)}`
  }

  beginsWith(name: string, prefix: string): string {
    return `begins_with(${this.#name(name)}, ${this.#value(prefix)})`
  }

  between(name: string, from: string, to: string): string {
    return `${this.#name(name)} BETWEEN ${this.#value(from)} AND ${this.#value(to)}`
  }

  /** An update expression. Fields of `set` that are undefined are left alone. */
  update(
    set: Readonly<Record<string, unknown>>,
    remove: readonly string[],
    add: Readonly<Record<string, number>>,
  ): string {
    const sets = Object.entries(set).filter(([, value]) => value !== undefined)
    const adds = Object.entries(add)
    return [
      sets.length > 0
        ? `SET ${sets.map(([name, value]) => `${this.#name(name)} = ${this.#value(value)}`).join(', ')}`
        : '',
      remove.length > 0 ? `REMOVE ${remove.map((name) => this.#name(name)).join(', ')}` : '',
      adds.length > 0
        ? `ADD ${adds.map(([name, value]) => `${this.#name(name)} ${this.#value(value)}`).join(', ')}`
        : '',
    ]
      .filter((clause) => clause !== '')
      .join(' ')
  }

  attributes() {
    return {
      ...(this.#names.size > 0
        ? { ExpressionAttributeNames: Object.fromEntries([...this.#names].map(([name, alias]) => [alias, name])) }
        : {}),
      ...(this.#values.length > 0
        ? { ExpressionAttributeValues: Object.fromEntries(this.#values.map((value, index) => [`:v${index}`, value])) }
        : {}),
    }
  }

  #join(conditions: readonly Condition[], word: string): string {
    const [only] = conditions
    // the engine refuses parentheses around parentheses
    if (only !== undefined && conditions.length === 1) return this.condition(only)
    return `(${conditions.map((condition) => this.condition(condition)).join(word)})`
  }

  #name(name: string): string {
    const alias = this.#names.get(name) ?? `#n${this.#names.size}`
    this.#names.set(name, alias)
    return alias
  }

  #value(value: unknown): string {
    this.#values.push(value)
    return `:v${this.#values.length - 1}`
  }
}
