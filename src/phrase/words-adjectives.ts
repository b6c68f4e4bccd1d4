/**
 * Adjectives, a line each: English, its comparative and superlative | German, comparative and superlative without ending | French | Spanish | Chinese.
 * French and Spanish make theirs with `plus` and `más`, Chinese with 更 and 最.
 */
export const adjectives = `
expensive, more expensive, most expensive|teuer, teurer, teuerst|cher, chère, coûteux, coûteuse|caro, costoso|贵, 昂贵
cheap, cheaper, cheapest|billig, billiger, billigst, günstig, günstiger, günstigst, preiswert, preiswerter, preiswertest|bon marché, abordable|barato, económico|便宜
high, higher, highest|hoch, höher, höchst|élevé, haut|alto, elevado|高
low, lower, lowest|niedrig, niedriger, niedrigst, gering, geringer, geringst, tief, tiefer, tiefst|bas, basse, faible|bajo|低
large, larger, largest|groß, größer, größt|grand, gros, grosse|grande|大
small, smaller, smallest|klein, kleiner, kleinst|petit|pequeño|小
old, older, oldest|alt, älter, ältest|vieux, vieille, vieil, âgé, ancien, ancienne|viejo, antiguo|老, 旧
young, younger, youngest|jung, jünger, jüngst|jeune|joven, jóvenes|年轻
new, newer, newest|neu, neuer, neuest|nouveau, nouvelle, nouveaux, récent, neuf|nuevo, reciente|新
late, later, latest|spät, später, spätest|tardif|tardío|晚
early, earlier, earliest|früh, früher, frühest|tôt|temprano|早
long, longer, longest|lang, länger, längst|long, longue|largo|长
short, shorter, shortest|kurz, kürzer, kürzest|court|corto|短
good, better, best|gut, besser, best|bon, bonne|bueno|好
bad, worse, worst|schlecht, schlechter, schlechtest|mauvais|malo|差
fast, faster, fastest|schnell, schneller, schnellst|rapide|rápido|快
slow, slower, slowest|langsam, langsamer, langsamst|lent|lento|慢
heavy, heavier, heaviest|schwer, schwerer, schwerst|lourd|pesado|重
light, lighter, lightest|leicht, leichter, leichtest|léger, légère|ligero|轻
popular, more popular, most popular|beliebt, beliebter, beliebtest|populaire|popular|受欢迎, 热门
frequent, more frequent, most frequent|häufig, häufiger, häufigst|fréquent|frecuente|常见, 频繁
important, more important, most important|wichtig, wichtiger, wichtigst|important|importante|重要
strong, stronger, strongest|stark, stärker, stärkst|fort|fuerte|强
rich, richer, richest|reich, reicher, reichst|riche|rico|富
active, more active, most active|aktiv, aktiver, aktivst|actif, active|activo|活跃
average|durchschnittlich, mittlere|moyen, moyenne|promedio, medio|平均
total|gesamt, insgesamt, gesamte|total, totaux|total|总
different|verschieden, unterschiedlich|différent, distinct|diferente, distinto|不同
open|offen|ouvert|abierto|未解决, 打开
closed|geschlossen|fermé|cerrado|关闭
solved|gelöst, erledigt|résolu|resuelto|已解决
paid|bezahlt|payé, réglé|pagado|已付款
unpaid|unbezahlt|impayé|impagado|未付款
shipped|versandt, verschickt, versendet|expédié|enviado|已发货
delivered|geliefert|livré|entregado|已送达
cancelled|storniert|annulé|cancelado|已取消
returned|zurückgegeben, zurückgesandt|retourné|devuelto|已退货
pending|ausstehend|en attente|pendiente|待处理
discontinued|eingestellt, ausgelaufen|abandonné|descatalogado, discontinuado|停产
private|privat|privé|privado|私人
business|gewerblich|professionnel|empresarial|企业
male|männlich|masculin|masculino|男
female|weiblich|féminin|femenino|女
single|einzeln|seul|único|单个
same|gleich, derselbe, dieselbe, dasselbe|même|mismo|相同
other|ander|autre|otro|其他
monthly|monatlich|mensuel|mensual|每月的
weekly|wöchentlich|hebdomadaire|semanal|每周的
daily|täglich|quotidien, journalier|diario|每日的
yearly|jährlich|annuel|anual|年度的
quarterly|vierteljährlich|trimestriel|trimestral|季度的
foreign|ausländisch|étranger|extranjero|外国
available|verfügbar|disponible|disponible|可用
empty|leer|vide|vacío|空
full|voll|plein|lleno|满
red|rot|rouge|rojo|红色
blue|blau|bleu|azul|蓝色
green|grün|vert|verde|绿色
black|schwarz|noir|negro|黑色
white|weiß|blanc|blanco|白色
married|verheiratet|marié|casado|已婚
German|deutsch|allemand|alemán, alemana|
French|französisch|français|francés, francesa|
Spanish|spanisch|espagnol|español, española|
Italian|italienisch|italien, italienne|italiano|
Austrian|österreichisch|autrichien, autrichienne|austriaco|
Swiss|schweizer, schweizerisch|suisse|suizo|
British|britisch|britannique|británico|
English|englisch|anglais|inglés, inglesa|
Polish|polnisch|polonais|polaco|
Dutch|niederländisch|néerlandais|holandés, holandesa|
American|amerikanisch|américain|americano, estadounidense|
Chinese|chinesisch|chinois|chino|
European|europäisch|européen, européenne|europeo|
Japanese|japanisch|japonais|japonés, japonesa|
Portuguese|portugiesisch|portugais|portugués, portuguesa|
Belgian|belgisch|belge|belga|
free|kostenlos|gratuit|gratis, gratuito|免费
`

/** Months and days of the week, in the order of the calendar. */
export const months: Readonly<Record<'de' | 'fr' | 'es', string>> = {
  de: 'januar februar märz april mai juni juli august september oktober november dezember',
  fr: 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
  es: 'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
}
export const weekdays: Readonly<Record<'de' | 'fr' | 'es', string>> = {
  de: 'montag dienstag mittwoch donnerstag freitag samstag sonntag',
  fr: 'lundi mardi mercredi jeudi vendredi samedi dimanche',
  es: 'lunes martes miércoles jueves viernes sábado domingo',
}
