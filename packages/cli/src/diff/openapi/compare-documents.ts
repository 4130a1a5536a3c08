import { changeOf, gathered, type Change } from '../change.ts'
import { compareOperations } from './compare-operations.ts'
import type { JsonDocument } from '../json-document.ts'
import { operationsOf } from './operations.ts'

/** What changed from one OpenAPI document to another in how operations fail, for those who call them. */
export function compareDocuments(old: JsonDocument, now: JsonDocument): Change[] {
  const [before, after] = [operationsOf(old), operationsOf(now)]
  const changes: Change[] = []
  for (const [key, operation] of before) {
    const other = after.get(key)
    if (other === undefined) changes.push(changeOf('operation-removed', operation.name))
    else changes.push(...compareOperations(operation, other))
  }
  for (const [key, { name }] of after) if (!before.has(key)) changes.push(changeOf('operation-added', name))
  return gathered(changes)
}
