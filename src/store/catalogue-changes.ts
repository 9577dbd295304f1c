/*
 * Every change of what the centre sells, and of where it sends, raises `catalogue_version` in the same
 * statement, so no node can see the change without the version that tells it to read again.
 */

/** A last common table expression: raises the version when `changed` has a row. */
export const BUMP = `bumped as (
  update settings set value = to_jsonb(value::int4 + 1) where name = 'catalogue_version' and exists (select from changed)
)`
