/** The pages and their addresses. */
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import { studioFetch } from '../api/client'
import HomePage from '../projects/HomePage.vue'
import { useToast } from '../ui'

const project = (route: RouteLocationNormalized) => ({
  source: String(route.params.source),
  project: String(route.params.project),
})

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: HomePage },
    {
      path: '/p/:source/:project',
      component: () => import('../projects/ProjectPage.vue'),
      props: project,
    },
    {
      path: '/p/:source/:project/analysis',
      component: () => import('../analysis/AnalysisPage.vue'),
      props: project,
    },
    { path: '/deliveries', component: () => import('../deliveries/DeliveriesPage.vue') },
    { path: '/settings', component: () => import('../exports/MethodsPage.vue') },
    { path: '/:rest(.*)*', component: () => import('./NotFoundPage.vue') },
  ],
})

const RELOADED = 'studio-reloaded'

// A page's code could not be fetched: the server is away, or was updated since this tab opened.
router.onError(async (_error, to) => {
  const { error } = useToast()
  const again = { label: 'Try again', run: () => void router.push(to.fullPath) }
  try {
    await studioFetch(new URL('/health', window.location.origin))
  } catch {
    error('The page could not be opened: the server does not answer.', { action: again })
    return
  }
  if (sessionStorage.getItem(RELOADED) === to.fullPath) {
    error('The page could not be opened. Reload this tab.', { action: again })
  } else {
    sessionStorage.setItem(RELOADED, to.fullPath)
    window.location.assign(to.fullPath)
  }
})
router.afterEach((to, _from, failure) => {
  if (!failure && sessionStorage.getItem(RELOADED) === to.fullPath) sessionStorage.removeItem(RELOADED)
})

/** The address of a project's page. */
export function projectAddress(source: string, project: string): string {
  return `/p/${encodeURIComponent(source)}/${encodeURIComponent(project)}`
}
