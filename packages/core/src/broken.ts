/**
 * Node's responses whose request turned out to be none half-way: they are answered below any framework, and hooks have
 * heard of them, whatever their handlers say.
 */
export const broken = new WeakSet<object>()
