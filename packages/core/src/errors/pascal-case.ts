/** `ModelNotFound` for `model_not_found`. */
export type PascalCase<SnakeCase extends string> = SnakeCase extends `${infer Word}_${infer Rest}`
  ? `${Capitalize<Word>}${PascalCase<Rest>}`
  : Capitalize<SnakeCase>

/** Converts snake_case to PascalCase: `model_not_found` to `ModelNotFound`. */
export function toPascalCase(snakeCase: string): string {
  return snakeCase.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
