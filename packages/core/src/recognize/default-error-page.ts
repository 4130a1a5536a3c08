/** The page that finalhandler and send generate: the last handler of Express and of its static files. */
const DEFAULT_ERROR_PAGE =
  /^<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>(?:Error|Redirecting)<\/title>\n<\/head>\n<body>\n<pre>/

/** Messages that frameworks send for an unmatched request. They are not messages of the application. */
const DEFAULT_MESSAGE = /^(?:404 Not Found|Cannot [A-Z]+ \/\S*)$/

/** Returns whether a body is the error page that a framework generates by default. */
export function isDefaultErrorPage(body: string): boolean {
  return DEFAULT_ERROR_PAGE.test(body)
}

/** Returns whether a string is the message that a framework sends by default. */
export function isDefaultMessage(text: string): boolean {
  return DEFAULT_MESSAGE.test(text)
}
