/** The pages and their addresses. */
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import HomePage from '../projects/HomePage.vue'

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

/** The address of a project's page. */
export function projectAddress(source: string, project: string): string {
  return `/p/${encodeURIComponent(source)}/${encodeURIComponent(project)}`
}
