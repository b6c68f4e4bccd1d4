import { type Random, runningSums } from './random.ts'

type Country = Readonly<{
  code: string
  weight: number
  first: readonly string[]
  last: readonly string[]
  cities: readonly string[]
  /** `#` becomes a digit. Ranges kept for fiction where a country has one. */
  phone: string
}>

const words = (text: string): string[] => text.split(' ')
const list = (text: string): string[] => text.split(', ')

/** Invented people: common first and last names of each country put together at random. */
const countries: readonly Country[] = [
  {
    code: 'DE',
    weight: 24,
    first: words(
      'Anna Lukas Lena Jonas Marie Felix Sophie Paul Katharina Maximilian Jürgen Sabine Thomas Ute Stefan Greta Emre Aylin Nils Frieda',
    ),
    last: words(
      'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Hoffmann Schäfer Koch Richter Wolf Schröder Neumann Yılmaz Krüger Vogel Böhm',
    ),
    cities: words('Berlin Hamburg München Köln Leipzig Dresden Stuttgart Bremen Nürnberg Freiburg Münster'),
    phone: '+49 1## #######',
  },
  {
    code: 'FR',
    weight: 13,
    first: words('Camille Louis Chloé Hugo Inès Jules Manon Gabriel Léa Antoine Élise François Margaux Mehdi Zoé Baptiste'),
    last: words('Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre Garnier Benali'),
    cities: words('Paris Lyon Marseille Toulouse Nantes Bordeaux Lille Rennes Strasbourg Grenoble'),
    phone: '+33 6 39 98 ## ##',
  },
  {
    code: 'GB',
    weight: 13,
    first: words('Olivia Harry Amelia George Isla Oliver Priya Jack Ava Noah Grace Callum Zara Ethan Aisha Rhys'),
    last: words("Smith Jones Taylor Brown Williams Wilson Evans Patel Roberts Walker Khan Hughes O'Connor Campbell Begum"),
    cities: words('London Manchester Leeds Bristol Glasgow Cardiff Sheffield Edinburgh Belfast York'),
    phone: '+44 7700 900###',
  },
  {
    code: 'US',
    weight: 12,
    first: words('Emma Liam Mia Mason Sofia Ethan Harper Logan Ella Jayden Chloe Aiden Maya Carlos Jasmine Tyler'),
    last: words('Johnson Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Anderson Jackson White Harris Nguyen Lee Robinson'),
    cities: list('Austin, Portland, Denver, Chicago, Boston, Seattle, Atlanta, San Diego, Nashville, Minneapolis'),
    phone: '+1 206 555 01##',
  },
  {
    code: 'ES',
    weight: 8,
    first: words('Lucía Mateo Sofía Hugo Martina Pablo Carmen Javier Alba Álvaro Nerea Iker'),
    last: words('García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Muñoz Núñez Ibáñez'),
    cities: words('Madrid Barcelona Valencia Sevilla Zaragoza Málaga Bilbao Granada'),
    phone: '+34 6## ### ###',
  },
  {
    code: 'IT',
    weight: 8,
    first: words('Giulia Leonardo Aurora Francesco Alice Lorenzo Chiara Matteo Ginevra Niccolò Elisa Davide'),
    last: words("Rossi Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Conti D'Angelo Gallo"),
    cities: words('Milano Roma Torino Napoli Bologna Firenze Genova Verona'),
    phone: '+39 3## #######',
  },
  {
    code: 'PL',
    weight: 6,
    first: words('Zuzanna Antoni Julia Jakub Hanna Jan Maja Szymon Łucja Michał Agnieszka Paweł'),
    last: words('Nowak Kowalski Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Dąbrowski Kozłowski'),
    cities: words('Warszawa Kraków Łódź Wrocław Poznań Gdańsk'),
    phone: '+48 5## ### ###',
  },
  {
    code: 'NL',
    weight: 5,
    first: words('Sanne Daan Julia Sem Fleur Bram Lotte Thijs Femke Ruben'),
    last: list('de Jong, Jansen, de Vries, van den Berg, Bakker, van Dijk, Visser, Smit, Meijer, Mulder'),
    cities: list('Amsterdam, Rotterdam, Utrecht, Eindhoven, Groningen, Den Haag'),
    phone: '+31 6 ########',
  },
  {
    code: 'SE',
    weight: 4,
    first: words('Elsa Oscar Astrid Lucas Maja Axel Ebba Hugo Åsa Björn'),
    last: words('Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Öberg Lindström'),
    cities: words('Stockholm Göteborg Malmö Uppsala Västerås'),
    phone: '+46 70 174 06 ##',
  },
  {
    code: 'JP',
    weight: 4,
    first: words('Yuki Haruto Sakura Ren Aoi Sota Hina Daiki'),
    last: words('Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura'),
    cities: words('Tokyo Osaka Kyoto Nagoya Sapporo'),
    phone: '+81 90 #### ####',
  },
  {
    code: 'BR',
    weight: 3,
    first: words('Ana João Beatriz Pedro Larissa Gustavo Mariana Thiago'),
    last: words('Silva Santos Oliveira Souza Conceição Pereira Araújo Ferreira'),
    cities: list('São Paulo, Rio de Janeiro, Curitiba, Recife, Belo Horizonte'),
    phone: '+55 11 9####-####',
  },
]

const countrySums = runningSums(countries.map(({ weight }) => weight))
/** Domains that can never belong to anyone (RFC 2606). */
const domains = words('example.com example.org example.net mail.example post.example inbox.example')

export type Person = Readonly<{ name: string; email: string; phone: string; country: string; city: string }>

/** A person whose e-mail address no other `number` has. */
export function personOf(random: Random, number: number): Person {
  const country = countries[random.weighted(countrySums)]!
  const first = random.pick(country.first)
  const last = random.pick(country.last)
  return {
    name: `${first} ${last}`,
    email: `${plain(first)}.${plain(last)}${number}@${random.pick(domains)}`,
    phone: phoneOf(random, country.phone),
    country: country.code,
    city: random.pick(country.cities),
  }
}

const phoneOf = (random: Random, pattern: string): string => pattern.replace(/#/g, () => String(random.int(0, 9)))

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ł/g, 'l')
    .replace(/ı/g, 'i')
    .normalize('NFD')
    .replace(/[^a-z]/g, '')
