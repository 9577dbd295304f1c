import type { Handler, Route } from './call.ts'

/** Finds who is mounted at a path. Exact paths go before beginnings, a longer beginning before a shorter one. */
export function createRoutes(routes: readonly Route[]): (path: string) => Route | undefined {
  const exact = new Map<string, Route>()
  for (const route of routes) {
    if (exact.has(route.path)) throw new Error(`two routes for ${route.path}`)
    exact.set(route.path, route)
  }
  const beginnings = routes
    .filter(({ path }) => path.endsWith('*'))
    .map((route) => ({ route, start: route.path.slice(0, -1) }))
    .sort((a, b) => b.start.length - a.start.length)
  return (path) => exact.get(path) ?? beginnings.find(({ start }) => path.startsWith(start))?.route
}

/** A script of the SMSC API at the two places where clients look for it. */
export const scriptRoutes = (name: string, handle: Handler): Route[] =>
  [`/sys/${name}.php`, `/rest/${name}/`, `/rest/${name}`].map((path) => ({ path, handle }))

/** Path and query of a request target. Proxies send the whole address, and some clients put a slash behind one that is there. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?')
  let path = mark < 0 ? target : target.slice(0, mark)
  if (!path.startsWith('/')) path = path.replace(/^https?:\/\/[^/]*/i, '') || '/'
  if (path.includes('//')) path = path.replace(/\/{2,}/g, '/')
  return { path, query: mark < 0 ? '' : target.slice(mark + 1) }
}
