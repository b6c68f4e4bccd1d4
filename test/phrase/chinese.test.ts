import { expect, test } from 'vitest'
import { readPhrase } from '../../src/phrase/phrase.ts'

const read = (text: string) => readPhrase(text, '2026-11-20')

test.each([
  ['我们有多少客户？', 'how many customers?'],
  ['每个状态有多少订单？', 'how many orders for each status?'],
  ['有多少客户住在柏林？', 'how many customers live in Berlin?'],
  ['每个国家有多少客户？', 'how many customers for each country?'],
  ['显示最贵的5个产品', 'show the 5 most expensive products'],
  ['最便宜的产品是什么？', 'what is the cheapest product?'],
  ['哪个产品最贵？', 'which product is the most expensive?'],
  ['产品的平均价格是多少？', 'what is the average price of product?'],
  ['每个类别的平均价格', 'average price for each category'],
  ['每个月的总销售额', 'total revenue for each month'],
  ['哪些客户有超过5个订单？', 'which customers have more than 5 orders?'],
  ['哪些客户从未下单？', 'which customers never ordered?'],
  ['哪个客户的订单最多？', 'which customer has the most orders?'],
  ['列出所有产品', 'list all products'],
  ['显示价格大于100的产品', 'show products with price greater than 100'],
  ['价格在10到20之间的产品', 'products with price between 10 and 20'],
  ['显示所有德国客户的名字和邮箱', 'show name and email of all Germany customer'],
  ['所有客户按名字排序', 'all customers sorted by name'],
  ['最近7天的订单', 'orders of the last 7 days'],
  ['上个月有多少订单？', 'how many orders last month?'],
  ['2024年3月以来的订单', 'orders since March 2024'],
  ['2025年第二季度的销售额', 'revenue of second quarter of 2025'],
  ['昨天有多少订单？', 'how many orders yesterday?'],
  ['没有电话的客户', 'customers without phone'],
  ['按国家统计订单数量', 'count number of orders by country'],
  ['最新的三个客户', 'the 3 newest customers'],
  ['最高价格是多少？', 'what is the highest price?'],
  ['有多少个不同的城市？', 'how many different cities?'],
  ['订单金额超过一千的订单', 'orders with order amount more than 1000'],
  ['哪个城市的客户最少？', 'which city has the fewest customers?'],
  ['年龄最大的十个客户', 'the 10 oldest customers'],
  ['客户的邮箱', 'email of customer'],
  ['来自法国的客户', 'customers from France'],
])('%s', (asked, gloss) => {
  const { language, intent, problem, gloss: said } = read(asked)
  expect([language, intent, problem, said]).toEqual(['zh', 'read', undefined, gloss])
})

test.each<[string, { from?: string; to?: string }]>([
  ['今天的订单', { from: '2026-11-20', to: '2026-11-21' }],
  ['三周前的订单', { from: '2026-10-26', to: '2026-11-02' }],
  ['上周的订单', { from: '2026-11-09', to: '2026-11-16' }],
  ['去年的订单', { from: '2025-01-01', to: '2026-01-01' }],
  ['2024年3月5日的订单', { from: '2024-03-05', to: '2024-03-06' }],
  ['2020年之前的订单', { to: '2020-01-01' }],
  ['本月的订单', { from: '2026-11-01', to: '2026-12-01' }],
  ['2025年上半年的订单', { from: '2025-01-01', to: '2025-07-01' }],
  ['过去三个月的订单', { from: '2026-08-20', to: '2026-11-21' }],
])('times: %s', (asked, range) => {
  expect(read(asked).dates.map((date) => date.range)).toEqual([range])
})

test.each([
  ['删除所有客户', 'write'],
  ['请修改产品5的价格', 'write'],
  ['清空订单表', 'write'],
  ['你好', 'talk'],
  ['谢谢！', 'talk'],
  ['你能做什么？', 'talk'],
  ['我们有多少客户？产品的平均价格是多少？', 'several'],
  ['上个月新增客户有多少？', 'read'],
])('intent: %s', (asked, intent) => {
  expect(read(asked)).toMatchObject({ intent, language: 'zh' })
})
