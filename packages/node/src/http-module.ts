/**
 * The module `node:http`. The statement `import` would read all exports of the module, and so load the parts that
 * Node.js loads on first use, such as the client of WebSockets. That takes longer than to load Faultline.
 */
export const http = process.getBuiltinModule('node:http')
