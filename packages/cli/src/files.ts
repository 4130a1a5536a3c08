import { readFile, writeFile } from 'node:fs/promises'
import { getMessage, UserError } from './cli-io.ts'

/** Reads a text file. @throws UserError if the file cannot be read */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${getMessage(error)}`)
  }
}

/** Writes a text file; replaces an existing one. @throws UserError if the file cannot be written */
export async function writeTextFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    throw new UserError(`cannot write ${path}: ${getMessage(error)}`)
  }
}
