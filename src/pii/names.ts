import type { Kind } from './kinds.ts'

/** What a column's name says. `sure` is from 0 to 1. */
export type Named = Readonly<{ kind: Kind; sure: number }>

/** Phrases by kind; a name fits when its words hold one of them in a row. Also the words of other languages that stand in real databases. */
const phrases: Readonly<Partial<Record<Kind, string>>> = {
  email: 'email,e mail,mail,mail address,email address,correo,courriel,epost,notify to,邮箱,电子邮件,メール',
  phone:
    'phone,telephone,tel,mobile,mobile no,cell,cell phone,cellphone,fax,msisdn,handy,handynummer,telefon,telefono,telefone,contact no,contact number,whatsapp,rufnummer,手机,电话,电话号码',
  person_name:
    'full name,fullname,first name,firstname,last name,lastname,fname,lname,given name,given nm,givenname,family name,familyname,surname,middle name,forename,vorname,nachname,nombre,apellido,apellidos,prenom,nom,cognome,cust nm,cust name,customer name,client name,patient name,display name,maiden name,mothers maiden,mother maiden,beneficiary,contact person,contact name,next of kin,holder name,cardholder,employee name,person name,user full name,sender name,recipient name,guest name,passenger name,author name,signer,姓名,名字',
  username: 'username,user name,login name,handle,nickname,nick name,screen name,user login,benutzername',
  address:
    'address,addr,street,street address,strasse,residence,adresse,direccion,indirizzo,endereco,address line,addr line,home address,地址,住址',
  location: 'city,town,ort,wohnort,ciudad,ville,citta,cidade,place of birth,birth place,birthplace,hometown,城市',
  postal_code: 'zip,zipcode,zip code,postal code,postalcode,postcode,post code,plz,cep,code postal,codigo postal,邮编',
  birth_date:
    'dob,date of birth,birth date,birthdate,birthday,birth dt,bday,born,geburtsdatum,geburtstag,fecha nacimiento,fecha de nacimiento,date naissance,data nascimento,出生日期,生日',
  age: 'age,alter,edad',
  national_id:
    'ssn,social security,social security number,soc sec,soc sec no,socialsecurity,ss num,ss no,tax ssn,tax id,taxid,tin,itin,national id,nationalid,national number,personnummer,pesel,cpf,dni,nif,nie,aadhaar,aadhar,uid no,nino,sin,bsn,codice fiscale,rut,curp,cedula,id card,id card no,identity number,identity no,identity card,nric,fin no,nhs,nhs no,nhs number,patient no,documento,shenfenzheng,steuer id,steuerid,insee,nir,egn,jmbg,oib,cnp,ahv,rrn,hkid,tckn,身份证,身份证号,マイナンバー',
  passport: 'passport,passport no,passport number,travel doc,travel document,reisepass,pasaporte,passeport,护照',
  driver_licence:
    'driver license,driver licence,drivers license,drivers licence,driving licence,driving license,dl number,dl no,license number,licence number,fuehrerschein,fuhrerschein,permis conduire',
  vehicle: 'license plate,licence plate,number plate,plate no,plate number,registration plate,kfz,kennzeichen,matricula,vin,车牌',
  card: 'credit card,creditcard,cc number,cc no,cc num,ccnum,card number,card no,cardno,cardnumber,pan,card pan,payment card,debit card,kreditkarte,卡号',
  card_code: 'cvv,cvv2,cvc,cvc2,card security code,security code,csc',
  bank_account:
    'iban,bank account,account number,account no,acct no,acct number,accountnumber,routing number,sort code,swift,bic,swift bic,konto,kontonummer,bankkonto,aba,clabe,银行账号',
  password:
    'password,passwd,pwd,pw,passphrase,pass hash,secret answer,security answer,pin,pin code,kennwort,passwort,contrasena,mot de passe,senha,密码',
  secret:
    'api key,apikey,secret,secret key,access token,refresh token,auth token,token,bearer token,private key,client secret,session id,session token,sessionid,totp,totp seed,otp seed,otp secret,encryption key,signing key,access key,aws key,jwt,ssh key,license key,webhook secret,pw digest,cookie',
  ip_address: 'ip,ip address,ipaddr,ip addr,ipv4,ipv6,client ip,remote addr,src ip,dst ip,last login ip,last login from,source ip,host ip',
  mac_address: 'mac,mac address,macaddr,hw addr,hardware address,device id,imei,imsi,idfa,gaid,serial device',
  coordinates:
    'latitude,longitude,lat,lng,lon,lat lon,latlng,lat lng,geo point,geopoint,gps,gps coordinates,geo location,geolocation,home location',
  crypto_wallet: 'wallet,wallet address,btc addr,btc address,eth address,crypto address,bitcoin address',
  medical:
    'diagnosis,diagnoses,icd,icd10,icd 10,mrn,medical record,medical record no,blood type,blood group,allergies,allergy,medication,medications,insurance id,health insurance,prescription,treatment,disability,symptoms,krankenkasse,诊断',
  finance: 'salary,income,wage,wages,net worth,credit score,compensation,gehalt,sueldo,salaire,bonus amount,工资',
  demographic:
    'gender,sex,race,ethnicity,ethnic group,religion,marital status,nationality,citizenship,sexual orientation,political view,political views,political party,geschlecht,genero,familienstand,性别',
  biometric: 'fingerprint,face embedding,face id,retina,retina scan,iris scan,voiceprint,voice print,faceprint,biometric',
  company: 'company,employer,company name,employer name,arbeitgeber,firma',
  occupation: 'occupation,job title,jobtitle,profession,beruf,job role,ocupacion',
}

/** Words beside a phrase after which the column is about the thing and no longer holds it. */
const about = new Set(
  (
    'verified,verify,verification,count,cnt,num of,sent,at,on,id,ids,template,type,types,kind,valid,is,has,was,enabled,disabled,changed,change,policy,model,present,allowed,length,prefix,version,' +
    'strategy,lane,protocol,index,range,zone,ms,px,condition,rate,ratio,pct,percent,gap,band,round,installs,friendly,server,size,box,used,checked,status,state,format,mask,required,expiry,expires,expired,' +
    'updated,created,deleted,seen,total,avg,sum,min,max,limit,level,category,group,flag,bool,hashed at,source,lookup,table,column,field,domain,provider,vendor,brand,view,layout,dim,holiday,strength,rules,rule,app,' +
    'opt,optin,optout,subscribed,bounced,unsubscribed,confirmed,confirmation,attempts,reset,history,log,settings,config,cost,fee,price,plan,area,file,pixel,santa,gate,light,lights,zoom'
  ).split(','),
)
/** Phrases in which such a word does no harm. */
const despite = new Set([
  'session id',
  'national id',
  'tax id',
  'device id',
  'insurance id',
  'face id',
  'steuer id',
  'credit score',
  'blood type',
  'blood group',
  'marital status',
  'political view',
  'ethnic group',
  'remote addr',
  'date of birth',
  'last login ip',
  'last login from',
  'icd 10',
  'scan',
  'medical record no',
  'id card',
  'id card no',
  'bonus amount',
  'gps coordinates',
  'source ip',
  'notify to',
  'uid no',
])

/** Phrases that are words of everyday English or of other trades: alone they say less. */
const vague: ReadonlySet<string> = new Set([
  'mail',
  'cell',
  'handle',
  'ort',
  'place',
  'age',
  'alter',
  'sin',
  'pan',
  'pin',
  'pw',
  'mac',
  'token',
  'secret',
  'company',
  'city',
  'town',
  'race',
  'rut',
  'fin no',
  'tel',
  'nom',
  'born',
  'documento',
  'tin',
  'swift',
  'konto',
  'wallet',
  'cookie',
  'vin',
  'aba',
  'bic',
  'treatment',
  'lat',
  'lon',
  'lng',
  'nie',
  'cep',
  'security code',
  'login',
])

const compiled: readonly Readonly<{ kind: Kind; words: readonly string[]; text: string }>[] = Object.entries(phrases)
  .flatMap(([kind, list]) => list!.split(',').map((text) => ({ kind: kind as Kind, words: text.split(' '), text })))
  .sort((a, b) => b.words.length - a.words.length || b.text.length - a.text.length)

/** Names that are a person's when nothing else is said: `customers.name` is, `products.name` is not, so the values decide. */
const bareNames = new Set(['name', 'contact', 'recipient', 'attendee', 'guest', 'passenger', 'patient', 'author'])

/** What the name of a column says; undefined where it says nothing, or says that the column is only about such a thing. */
export function named(column: string, table?: string): Named | undefined {
  const words = wordsOf(column)
  const found = compiled.find(({ words: phrase }) => holds(words, phrase))
  if (!found) {
    const alone = words.length === 1 && bareNames.has(words[0]!) && !isThingsName(column, table)
    return alone ? { kind: 'person_name', sure: 0.6 } : undefined
  }
  const beside = words.filter((word) => !found.words.includes(word))
  if (!despite.has(found.text) && beside.some((word) => about.has(word))) return undefined
  if (despite.has(found.text) && beside.some((word) => about.has(word) && word !== 'id' && word !== 'type' && word !== 'status'))
    return undefined
  // `name_id` and `address_id` point at something; `id` within a phrase is a number of a person.
  return { kind: found.kind, sure: vague.has(found.text) ? 0.65 : 0.9 }
}

/** True for a name that says outright that the column is not what it looks like: `part_no`, `invoice_no`, `email_count`. */
export function isAbout(column: string): boolean {
  const words = wordsOf(column)
  return words.some((word) => things.has(word)) || (words.length > 1 && words.some((word) => about.has(word)) && !named(column))
}
const things = new Set(
  'order,orders,invoice,part,sku,isbn,gtin,ean,upc,product,item,version,build,sha,md5,checksum,etag,hash,commit,subnet,netmask,uuid,guid,url,path,formula,dimension,timezone,locale,currency,amount,price,quantity,timestamp,ts,created,updated,deleted,score,tracking,batch,lot,ticket,shipment,article,model,color,colour,hostname,host,feature,type,category,genre,country,nation,continent,county,truck'.split(
    ',',
  ),
)

/** True for what a thing is called: its words may be those of people, and are nobody's. */
export function isThingsName(column: string, table: string | undefined): boolean {
  const words = wordsOf(column)
  return words.length === 1 && bareNames.has(words[0]!) && table !== undefined && isThing(table)
}

/** True for a table of things: what they are called is nobody's name. */
const isThing = (table: string): boolean =>
  wordsOf(table).some((word) => {
    const one = word.replace(/s$/, '')
    return things.has(word) || things.has(one) || objects.has(one)
  })
const objects = new Set(
  'categorie,category,country,countrie,region,brand,vendor,warehouse,store,shop,department,team,project,task,tag,genre,film,movie,album,track,song,book,game,course,class,event,campaign,currency,language,table,column,device,asset,plan,feature,role,permission,file,folder,page,menu,recipe,ingredient,tool,material,color'.split(
    ',',
  ),
)

/** Words that say of a date what happened then; a lifetime of such dates is nobody's birthday. */
const events = new Set(
  'effective,start,end,begin,final,first,last,debut,join,joined,hire,hired,release,released,publish,published,publication,open,opened,opening,close,closed,found,founded,built,ship,shipped,due,sign,signed,issue,issued,purchase,sale,sold,event,match,game,launch,death,died,from,to,since,until,valid'.split(
    ',',
  ),
)
export const isEvent = (column: string): boolean => wordsOf(column).some((word) => events.has(word))

function holds(words: readonly string[], phrase: readonly string[]): boolean {
  for (let at = 0; at + phrase.length <= words.length; at++) if (phrase.every((word, i) => words[at + i] === word)) return true
  return false
}

/** `emailAddress1`, `EMAIL_ADDR` and `e-mail` as words; figures at the end fall away, those that belong to a word stay. */
export function wordsOf(name: string): string[] {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => (known.has(word) ? word : word.replace(/^(\p{L}{3,})\d{1,2}$/u, '$1')))
    .filter((word) => word !== '' && !/^\d+$/.test(word))
    .flatMap((word) => short[word] ?? [word])
}
const known = new Set(['cvv2', 'cvc2', 'ipv4', 'ipv6', 'icd10', 'md5'])
/** Short forms that stand in names. */
const short: Readonly<Record<string, readonly string[]>> = {
  usr: ['user'],
  emails: ['email'],
  phones: ['phone'],
  addresses: ['address'],
  last4: [],
  no: ['no'],
  num: ['num'],
}
