/**
 * Nouns of data in five languages, a line each: English | German | French | Spanish | Chinese; several ways to say one are parted by commas. The
 * plural is found by rule; where it is irregular it stands here too.
 */
export const nouns = `
customer|Kunde, Kunden, Kundin, Kundschaft|client, cliente|cliente, clienta|客户, 顾客, 消费者
user|Benutzer, Nutzer, Anwender, User|utilisateur, utilisatrice, usager|usuario, usuaria|用户, 使用者
order|Bestellung, Bestell, Auftrag, Aufträge, Order|commande|pedido, orden, órdenes|订单, 订购
product|Produkt, Artikel, Ware|produit, article|producto, artículo|产品, 商品, 货品
item|Position, Posten|élément, ligne|línea, renglón|明细, 条目, 项目明细
category|Kategorie, Warengruppe, Produktkategorie|catégorie|categoría|类别, 分类, 品类, 种类
price|Preis, Verkaufspreis|prix|precio|价格, 单价, 售价
cost|Kosten, Einkaufspreis|coût|coste, costo|成本, 费用
amount|Betrag, Beträge|montant|importe, monto|金额, 数额
revenue|Umsatz, Umsätze, Erlös, Einnahmen|chiffre d'affaires, chiffres d'affaires, CA, recette, revenu|ingreso, facturación, ventas totales|收入, 营业额, 销售额, 营收
sale|Verkauf, Verkäufe, Absatz|vente|venta|销售, 销量
profit|Gewinn, Profit|bénéfice, profit|beneficio, ganancia|利润, 盈利
discount|Rabatt|remise, réduction, rabais|descuento|折扣, 优惠
payment|Zahlung|paiement, règlement|pago|付款, 支付
invoice|Rechnung|facture|factura|发票, 账单
method|Methode, Zahlungsart, Zahlungsweise|méthode, mode, moyen de paiement|método, forma|方式, 方法
status|Status, Zustand|statut, état|estado, situación|状态
country|Land, Länder, Staat|pays|país, países|国家, 国别
city|Stadt, Städte, Ort|ville|ciudad|城市
region|Region, Gebiet, Bundesland|région|región|地区, 区域, 大区
state|Bundesstaat|état fédéral|provincia|州, 省, 省份
address|Adresse, Anschrift|adresse|dirección|地址
street|Straße|rue|calle|街道
phone|Telefon, Telefonnummer, Handynummer|téléphone, numéro de téléphone|teléfono, número de teléfono|电话, 电话号码, 手机号
email|E-Mail, Email, Mail, E-Mail-Adresse, Mailadresse|e-mail, email, courriel, mail, adresse e-mail|correo, correo electrónico, e-mail, email|邮箱, 电子邮件, 电邮, 邮件
name|Name, Namen, Bezeichnung|nom|nombre|名称, 名字, 姓名, 名
first name|Vorname, Vornamen|prénom|nombre de pila|名
last name|Nachname, Nachnamen, Familienname|nom de famille|apellido|姓, 姓氏
title|Titel|titre|título|标题, 题目
date|Datum, Tag des Datums|date|fecha|日期
birth date|Geburtsdatum, Geburtstag|date de naissance|fecha de nacimiento|出生日期, 生日
birth|Geburt, Geburts|naissance|nacimiento|出生
year|Jahr|année, an|año|年份, 年度, 年
quarter|Quartal, Vierteljahr|trimestre|trimestre|季度
month|Monat|mois|mes, meses|月份, 个月, 月
week|Woche, Kalenderwoche|semaine|semana|星期, 周
day|Tag|jour, journée|día|天, 日
hour|Stunde|heure|hora|小时
minute|Minute|minute|minuto|分钟
time|Zeit, Uhrzeit, Zeitpunkt|temps, heure|tiempo, hora|时间
age|Alter|âge|edad|年龄
gender|Geschlecht|sexe, genre|género, sexo|性别
number|Nummer, Anzahl, Zahl|numéro, nombre|número, cantidad|数量, 数目, 编号, 个数
quantity|Menge, Stückzahl|quantité|cantidad|件数, 数量
stock|Bestand, Lagerbestand, Lager|stock, stocks|existencias, inventario, stock|库存
supplier|Lieferant, Lieferanten|fournisseur|proveedor|供应商
employee|Mitarbeiter, Mitarbeiterin, Mitarbeiterinnen, Angestellter, Angestellte, Beschäftigter|employé, salarié|empleado, empleada|员工, 职员, 雇员
manager|Manager, Leiter, Chef, Vorgesetzter|manager, responsable, directeur, gérant|gerente, jefe, director|经理, 主管
department|Abteilung|département, service|departamento|部门
company|Firma, Firmen, Unternehmen, Gesellschaft|entreprise, société, compagnie|empresa, compañía|公司, 企业
salary|Gehalt, Gehälter, Lohn, Löhne|salaire|salario, sueldo|工资, 薪水, 薪资
project|Projekt|projet|proyecto|项目
task|Aufgabe|tâche|tarea|任务
contract|Vertrag, Verträge|contrat|contrato|合同
account|Konto, Konten|compte|cuenta|账户, 帐户, 账号
balance|Saldo, Kontostand|solde|saldo|余额
transaction|Transaktion, Buchung|transaction|transacción|交易
bank|Bank|banque|banco|银行
loan|Kredit, Darlehen|prêt, crédit|préstamo|贷款
store|Filiale, Geschäft, Laden, Läden, Shop|magasin, boutique|tienda|商店, 门店, 店铺
warehouse|Lagerhaus|entrepôt|almacén|仓库
ticket|Ticket, Anfrage|ticket, demande, billet|ticket, tique, boleto|工单, 票
review|Bewertung, Rezension|avis, évaluation|reseña, valoración|评论, 评价
rating|Note, Bewertungspunkt|note|calificación, puntuación|评分
agent|Agent, Agenten, Sachbearbeiter, Bearbeiter|agent|agente|客服, 坐席, 代理
channel|Kanal, Kanäle|canal, canaux|canal|渠道
device|Gerät|appareil|dispositivo|设备
browser|Browser|navigateur|navegador|浏览器
event|Ereignis, Ereignisse, Veranstaltung|événement, évènement|evento|事件, 活动
visit|Besuch|visite|visita|访问
page|Seite|page|página|页面
segment|Segment|segment|segmento|细分, 客群
newsletter|Newsletter|newsletter, lettre d'information|boletín, newsletter|通讯
coupon|Gutschein|bon, coupon, code promo|cupón|优惠券
delivery|Lieferung, Liefer|livraison|entrega, envío|配送, 交付
shipment|Versand, Sendung|expédition, envoi|envío|发货
return|Retoure, Rücksendung|retour|devolución|退货
priority|Priorität|priorité|prioridad|优先级
subject|Betreff, Thema, Fach|sujet, objet, matière|asunto, tema|主题, 科目
language|Sprache|langue|idioma, lengua|语言
school|Schule|école|escuela|学校
university|Universität, Hochschule|université|universidad|大学
student|Student, Studenten, Studentin, Schüler|étudiant, élève|estudiante, alumno|学生
teacher|Lehrer, Lehrerin|enseignant, professeur, prof|profesor, maestro, docente|教师, 老师
course|Kurs|cours|curso|课程
class|Klasse|classe|clase|班级
grade|Schulnote|note scolaire|nota|成绩
exam|Prüfung|examen|examen|考试
book|Buch, Bücher|livre|libro|图书, 书籍, 书
author|Autor, Autoren, Autorin|auteur|autor|作者
publisher|Verlag|éditeur|editorial|出版社
library|Bibliothek|bibliothèque|biblioteca|图书馆
movie|Film|film|película|电影
actor|Schauspieler|acteur|actor|演员
director|Regisseur, Direktor|réalisateur, directeur|director|导演
song|Lied, Lieder|chanson|canción, canciones|歌曲
singer|Sänger, Sängerin|chanteur, chanteuse|cantante|歌手
artist|Künstler|artiste|artista|艺术家
album|Album, Alben|album|álbum, álbumes|专辑
concert|Konzert|concert|concierto|音乐会, 演唱会
stadium|Stadion, Stadien|stade|estadio|体育场
player|Spieler, Spielerin|joueur, joueuse|jugador|球员, 选手, 玩家
team|Team, Mannschaft|équipe|equipo|团队, 球队, 队伍
game|Spiel|jeu, jeux, partie|juego, partido|比赛, 游戏
season|Saison|saison|temporada|赛季
hospital|Krankenhaus, Krankenhäuser, Klinik|hôpital, hôpitaux|hospital|医院
doctor|Arzt, Ärzte, Ärztin|médecin, docteur|médico, doctor|医生
patient|Patient, Patienten|patient|paciente|病人, 患者
flight|Flug, Flüge|vol|vuelo|航班
airport|Flughafen, Flughäfen|aéroport|aeropuerto|机场
airline|Fluggesellschaft|compagnie aérienne|aerolínea|航空公司
hotel|Hotel|hôtel|hotel|酒店
room|Zimmer, Raum, Räume|chambre, salle|habitación, sala|房间
car|Auto, Wagen|voiture|coche, carro, auto|汽车, 车
vehicle|Fahrzeug|véhicule|vehículo|车辆
driver|Fahrer|conducteur, chauffeur, pilote|conductor|司机
train|Zug, Züge|train|tren|火车
station|Bahnhof, Bahnhöfe, Station|gare, station|estación|车站
person|Person, Mensch, Menschen, Leute|personne, gens|persona, gente|人员, 人, 人们
people|Leute|gens|gente|人们
woman|Frau|femme|mujer|女性, 女人
man|Mann, Männer|homme|hombre|男性, 男人
child|Kind, Kinder|enfant|niño, hijo|孩子, 儿童
dog|Hund|chien|perro|狗
cat|Katze|chat|gato|猫
pet|Haustier|animal de compagnie|mascota|宠物
animal|Tier|animal, animaux|animal|动物
color|Farbe|couleur|color|颜色
size|Größe|taille|tamaño, talla|大小, 尺寸
weight|Gewicht|poids|peso|重量, 体重
height|Höhe, Körpergröße|hauteur, taille|altura|高度, 身高
length|Länge|longueur|longitud|长度
population|Bevölkerung, Einwohner, Einwohnerzahl|population, habitant|población, habitante|人口
area|Fläche|surface, superficie|superficie, área|面积
capital|Hauptstadt, Hauptstädte|capitale|capital|首都
continent|Kontinent|continent|continente|大洲
river|Fluss, Flüsse|fleuve, rivière|río|河流
mountain|Berg|montagne|montaña|山
type|Typ, Typen, Art|type|tipo|类型
kind|Sorte|sorte|clase|种类
code|Code, Kürzel|code|código|代码, 编码
description|Beschreibung|description|descripción|描述
comment|Kommentar|commentaire|comentario|评论, 备注
note|Notiz|remarque|nota|备注
position|Stelle|poste|puesto|职位
rank|Rang, Ränge|rang|rango|排名
score|Punktzahl|score|puntaje|分数, 得分
value|Wert|valeur|valor|值
sum|Summe|somme|suma|总和, 合计
average|Durchschnitt, Mittelwert|moyenne|promedio, media|平均值, 平均数
total number||||总数, 总人数, 总个数
total|Gesamtzahl, Gesamtsumme, Gesamtbetrag|total|total|总额, 总计, 总量
share|Anteil|part|cuota|占比, 比例
percentage|Prozentsatz|pourcentage|porcentaje|百分比
growth|Wachstum|croissance|crecimiento|增长
table|Tabelle|table|tabla|表格, 表
row|Zeile, Datensatz, Datensätze|ligne, enregistrement|fila, registro|行, 记录
column|Spalte|colonne|columna|列
list|Liste|liste|lista|列表
overview|Übersicht, Überblick|aperçu|resumen|概览
chart|Diagramm|graphique|gráfico|图表
filter|Filter|filtre|filtro|筛选, 过滤
data|Daten|données|datos|数据
information|Information|information|información|信息
answer|Antwort|réponse|respuesta|回答
question|Frage|question|pregunta|问题
currency|Währung|devise, monnaie|moneda, divisa|货币
euro|Euro|euro|euro|欧元
dollar|Dollar|dollar|dólar, dólares|美元
percent|Prozent|pour cent, pourcent|por ciento|百分
weekday|Wochentag|jour de la semaine|día de la semana|工作日
half-year|Halbjahr|semestre|semestre|半年
start|Anfang, Beginn|début|inicio, comienzo|开始
end|Ende|fin|fin, final|结束
duration|Dauer|durée|duración|时长
distance|Entfernung|distance|distancia|距离
speed|Geschwindigkeit|vitesse|velocidad|速度
temperature|Temperatur|température|temperatura|温度
budget|Budget|budget|presupuesto|预算
member|Mitglied, Mitglieder|membre|miembro, socio|成员, 会员
owner|Besitzer, Eigentümer, Inhaber|propriétaire|dueño, propietario|所有者, 主人
party|Partei|parti|partido político|政党
election|Wahl|élection|elección, elecciones|选举
president|Präsident, Präsidenten|président|presidente|总统
place|Platz, Plätze|lieu, endroit|lugar|地点
location|Standort|emplacement|ubicación|位置
museum|Museum, Museen|musée|museo|博物馆
restaurant|Restaurant|restaurant|restaurante|餐厅, 餐馆
menu|Speisekarte, Menü|menu, carte|menú|菜单
ingredient|Zutat|ingrédient|ingrediente|原料
recipe|Rezept|recette de cuisine|receta|菜谱
article|Beitrag, Beiträge|article de presse|artículo de prensa|文章
message|Nachricht|message|mensaje|消息
file|Datei|fichier|archivo|文件
version|Version|version|versión|版本
error|Fehler|erreur|error|错误
session|Sitzung|session|sesión|会话
machine|Maschine|machine|máquina|机器
part|Teil|pièce|pieza|零件
material|Material, Materialien|matériau, matériaux|material|材料
house|Haus, Häuser|maison|casa|房子
building|Gebäude|bâtiment, immeuble|edificio|建筑
apartment|Wohnung|appartement|apartamento, piso|公寓
`
