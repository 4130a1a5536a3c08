import { getRoute, type Route } from '@faultline/core'
import { leaveRouter, markOnce } from '@faultline/node/platforms'
import { isRouterLike, listRouters, type RouterLike } from './internals.ts'

/**
 * Limits the options of `faultlineOptions` to the routers that use it. Otherwise they would also apply to the routers
 * that a request reaches after it has left such a router without a match. The routers of the app are searched when its
 * first request arrives.
 */
export function limitRouteOptions(app: object): void {
  if (!isRouterLike(app)) return
  const { handle } = app
  let isSearched = false
  app.handle = function faultlineSearch(request, response, next) {
    if (!isSearched) {
      isSearched = true
      for (const router of listRouters(app)) if (markOnce(router, 'limited')) limitRouter(router)
    }
    handle.call(app, request, response, next)
  }
}

function limitRouter(router: RouterLike): void {
  const { handle } = router
  router.handle = function faultlineRouter(request, response, next) {
    const outer: Route | undefined = getRoute(request)
    handle.call(router, request, response, function leave(error) {
      if (!error) leaveRouter(request, outer)
      next(error)
    })
  }
}
