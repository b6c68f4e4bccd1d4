export default {
  'ask.title': 'Ask',
} as const
