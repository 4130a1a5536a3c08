import { createChange, mergeChanges, type Change } from '../change.ts'
import type { JsonDocument } from '../json-document.ts'
import { compareOperations } from './compare-operations.ts'
import { readOperations } from './read-operations.ts'

/** Compares the error responses of two OpenAPI documents from the view of a client. */
export function compareDocuments(before: JsonDocument, after: JsonDocument): Change[] {
  const [oldOperations, newOperations] = [readOperations(before), readOperations(after)]
  const changes: Change[] = []
  for (const [key, operation] of oldOperations) {
    const newOperation = newOperations.get(key)
    if (newOperation === undefined) changes.push(createChange('operation-removed', operation.name))
    else changes.push(...compareOperations(operation, newOperation))
  }
  for (const [key, { name }] of newOperations)
    if (!oldOperations.has(key)) changes.push(createChange('operation-added', name))
  return mergeChanges(changes)
}
