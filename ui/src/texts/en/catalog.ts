export default {
  'catalog.title': 'Catalog',
} as const
