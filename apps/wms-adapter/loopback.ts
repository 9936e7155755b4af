/** Whether a host name or address, brackets of IPv6 left out, is this machine's own (RFC 6761, 6.3; RFC 1122; RFC 4291). */
export function isLoopback(host: string): boolean {
  return /^(localhost|::1|127(\.\d{1,3}){3})$/i.test(host);
}

/** Whether a header `Host` names this machine, by whatever port. */
export function isLoopbackHost(header: string): boolean {
  const [, name = ''] = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/.exec(header) ?? [];
  return isLoopback(name.replace(/^\[(.*)\]$/, '$1'));
}

/** Whether a header `Origin` is of a page of this machine; `null`, a page that hides where it comes from, is none. */
export function isLoopbackOrigin(header: string): boolean {
  const [, host] = /^https?:\/\/(.*)$/i.exec(header) ?? [];
  return host !== undefined && isLoopbackHost(host);
}
