import { InvalidFileFormat, MissingRequiredField } from '@faultline/core'

/** Maximum size of a JSON body and of an uploaded file, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024

/** One file of an upload. */
export interface UploadedFile {
  /** Name of the form field. */
  readonly field: string
  readonly filename: string
  readonly bytes: number
}

export interface StoredFile {
  readonly id: string
  readonly bytes: number
  readonly filename: string
}

let storedFiles = 0

/** Stores the file of the form field `file`. The multipart parser has already checked its size. */
export function storeFile(files: readonly UploadedFile[]): StoredFile {
  const file = files.find(({ field }) => field === 'file')
  if (file === undefined) throw new MissingRequiredField({ field: 'file' })
  if (!/\.(?:txt|json|jsonl)$/i.test(file.filename)) throw new InvalidFileFormat()
  return { id: `file-${++storedFiles}`, bytes: file.bytes, filename: file.filename }
}
