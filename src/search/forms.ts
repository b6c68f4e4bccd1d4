import type { Lexicon } from './lexicon.ts'

const pairs = (text: string): ReadonlyMap<string, string> => new Map(text.split(' ').map((pair) => pair.split('=') as [string, string]))

/** Plurals and past tenses that no rule makes. */
const irregular = pairs(
  'people=person children=child men=man women=woman feet=foot teeth=tooth mice=mouse criteria=criterion wives=wife lives=life leaves=leave ' +
    'bought=buy sold=sell paid=pay taught=teach won=win held=hold made=make took=take wrote=write written=write drove=drive driven=drive ' +
    'flew=fly flown=fly ran=run gave=give given=give chose=choose spent=spend left=leave led=lead born=birth got=get met=meet grew=grow ' +
    'sang=sing sung=sing spoke=speak spoken=speak sent=send built=build lost=lose kept=keep said=say knew=know known=know came=come went=go ' +
    'began=begin begun=begin bore=bear broke=break broken=break caught=catch cost=cost did=do drew=draw drawn=draw ate=eat fell=fall ' +
    'felt=feel fought=fight found=find forgot=forget hid=hide hit=hit hurt=hurt lent=lend rode=ride rose=rise shot=shoot slept=sleep ' +
    'stole=steal stolen=steal swam=swim thought=think threw=throw wore=wear worn=wear indices=index matrices=matrix analyses=analysis',
)

/** Short forms that names of columns are full of, and the words they stand for. */
const short: ReadonlyMap<string, readonly string[]> = new Map(
  (
    'dept=department qty=quantity num=number nbr=number no=number nr=number addr=address emp=employee cust=customer prod=product amt=amount ' +
    'desc=description cd=code dt=date yr=year mgr=manager stu=student stud=student tel=telephone ph=phone avg=average pct=percent perc=percent ' +
    'lat=latitude lng=longitude lon=longitude loc=location org=organization pop=population cat=category temp=temperature bldg=building ' +
    'acct=account adr=address appt=appointment apt=apartment arr=arrival dep=departure attr=attribute bal=balance bdate=birth_date ' +
    'cnt=count comp=company conf=conference corp=corporation ctry=country curr=currency del=delivery dest=destination diff=difference ' +
    'dist=distance div=division dob=birth_date doc=document dur=duration edu=education ext=extension fac=faculty fname=first_name freq=frequency ' +
    'geo=geography gov=government govt=government grp=group hosp=hospital hr=hour hrs=hours ht=height img=image info=information inst=instructor ' +
    'inv=invoice lang=language len=length lib=library lname=last_name max=maximum med=medication mem=member mfg=manufacturing min=minimum mins=minutes ' +
    'msg=message mo=month nat=nationality oid=order_id ord=order orig=origin pat=patient pers=person pic=picture pid=person_id pos=position ' +
    'pref=preference prev=previous proc=procedure prof=professor proj=project prop=property pub=publication pwd=password qtr=quarter ' +
    'rec=record ref=reference reg=registration rel=relation rep=representative req=request res=reservation rev=revenue rm=room sal=salary ' +
    'sched=schedule sec=section sem=semester seq=sequence sess=session src=source st=state stat=status ' +
    'std=standard str=street subj=subject svc=service sys=system tbl=table tech=technician tot=total trans=transaction txn=transaction ' +
    'uni=university univ=university usr=user val=value vol=volume wgt=weight wk=week wt=weight yob=birth_year ' +
    'hp=horsepower capt=captain cred=credit dorm=dormitory exp=experience fav=favorite hist=history ' +
    'indep=independence lic=license maint=maintenance mkt=market nom=nomination opp=opponent perf=performance phys=physician pres=president ' +
    'sup=supplier supp=supplier tourn=tournament trt=treatment veh=vehicle mname=middle_name minit=initial ' +
    'jan=january feb=february mar=march apr=april jun=june jul=july aug=august sep=september sept=september oct=october nov=november dec=december ' +
    'mon=monday tue=tuesday tues=tuesday wed=wednesday thu=thursday thur=thursday thurs=thursday fri=friday'
  )
    .split(' ')
    .map((pair) => pair.split('='))
    .map(([from, to]) => [from!, to!.split('_')] as const),
)

/** The words that a short form stands for; itself when it is none. */
export const unshort = (word: string): readonly string[] | undefined => short.get(word)

/** What a word that asks for a measure asks for: the oldest is a matter of age. Space saved by WordNet's own attributes, which miss these. */
const cues: ReadonlyMap<string, readonly string[]> = new Map(
  (
    'old=age,birth,year,founded older=age,birth,year oldest=age,birth,year,founded young=age,birth younger=age,birth youngest=age,birth ' +
    'long=length,duration,time longer=length,duration longest=length,duration,time short=length,duration,height shorter=length,duration,height ' +
    'shortest=length,duration,height,distance tall=height taller=height tallest=height,elevation high=height,score,elevation,price,salary ' +
    'higher=score,height highest=height,elevation,score heavy=weight heavier=weight heaviest=weight lightest=weight ' +
    'large=area,size,population,capacity,amount larger=area,size,population,capacity largest=area,size,population,capacity,amount ' +
    'big=area,size,population,capacity bigger=area,size,population biggest=area,size,population,capacity small=area,size,population smaller=size,area ' +
    'smallest=area,size,population cheap=price,cost,total cheaper=price,cost cheapest=price,cost,fee,total expensive=price,cost,total,amount costly=price,cost costs=price,cost,fee ' +
    'cost=price,fee,charge worth=price,value paid=amount,payment,salary pay=amount,payment,salary,fee earn=salary,income,earnings earning=salary,income ' +
    'earns=salary,income,earnings rich=money,salary,wealth fast=speed,time,lap faster=speed,time fastest=speed,time,lap slow=speed,time slowest=speed,time ' +
    'early=date,time,year earlier=date,time,year earliest=date,time,year,start late=date,time,year later=date,time,year latest=date,time,year ' +
    'recent=date,time,year recently=date,time,year newest=date,year new=date,year when=date,time,year,day,month before=date,year,time after=date,year,time since=date,year ' +
    'who=name,person,first,last whom=name,person where=location,city,address,place,country,state live=address,city,state,country,location,residence ' +
    'lives=address,city,state,country,location,residence living=address,city,state,country,location located=location,city,address,state,country ' +
    'from=country,nationality,city,state,origin,source born=birth,birthday,birthplace,age people=person,population,name age=birth,birthday,dob ' +
    'male=gender,sex,boys female=gender,sex,girls men=gender,sex women=gender,sex man=gender,sex woman=gender,sex boys=gender,sex girls=gender,sex ' +
    'citizenship=nationality,country nation=country,nationality nationality=country,citizenship american=country,nationality called=name,title ' +
    'named=name,title titled=name,title popular=popularity,votes,rating best=rating,score,rank,points worst=rating,score,rank top=rating,score,rank ' +
    'rated=rating,score,stars rank=rating,position ranked=rank,ranking winner=win,won,wins,result won=winner,wins,win,result win=winner,wins,result ' +
    'mail=email mails=email e-mail=email contact=phone,email,address,telephone phone=telephone,cell,mobile full=first,last,name fullname=first,last,name ' +
    'name=title,first,last,label title=name first=given,forename surname=last,name family=last weekend=day ' +
    'week=day hot=temperature cold=temperature warm=temperature deep=depth deepest=depth wide=width thick=thickness rainy=precipitation,rain ' +
    'distance=miles,km,length belong=owner,group belongs=owner,group own=owner owns=owner owned=owner begin=start,from begins=start,from start=begin,from,open ' +
    'started=start,begin,from end=to,finish,until ended=end,to finish=end,to opened=open,opening,year founded=year,founder,established,founding ' +
    'established=founded,year built=year,construction,built released=release,date,year published=publication,year,date joined=join,date,hire ' +
    'hired=hire,date died=death,deceased dead=death,deceased,killed kill=killed hurt=injured arrive=arrival,destination depart=departure,origin,source ' +
    'departing=departure,origin,source arriving=arrival,destination flies=flight,origin,destination crowded=population,density,attendance ' +
    'populous=population populated=population spend=amount,cost,spent,price spent=amount,cost,price profit=profits sales=amount,sale make=salary,income,manufacturer making=salary,income report=manager,supervisor reports=manager,supervisor ' +
    'last=surname,family,duration,length,date lasts=duration,length lasted=duration,length minutes=duration,time,length hours=duration,time ' +
    'seconds=duration,time professor=rank,title,position professors=rank,title,position job=title,position,occupation purchased=purchase,order,amount,quantity,date ' +
    'bought=purchase,order,amount,quantity,date ordered=order,quantity,date offered=year,semester,course supervise=supervisor,manager manages=manager ' +
    'attend=attendance played=play,game plays=play,game wrote=author,writer written=author,writer author=writer directed=director teach=instructor,teacher ' +
    'taught=instructor,teacher,teaches semester=term,session term=semester month=date day=date nickname=name website=url,homepage link=url'
  )
    .split(' ')
    .map((pair) => pair.split('='))
    .map(([from, to]) => [from!, to!.split(',')] as const),
)

/** The words that a question's word asks for although they are spelt otherwise. */
export const cuesOf = (word: string): readonly string[] => cues.get(word) ?? []

const endings: readonly (readonly [RegExp, readonly string[]])[] = [
  [/ies$/, ['y', 'ie']],
  [/(ss|sh|ch|x|z|o|s)es$/, ['$1', '$1e']],
  [/(?<!s)s$/, ['']],
  [/ied$/, ['y']],
  [/(.)\1ed$/, ['$1', '$1$1']],
  [/ed$/, ['', 'e']],
  [/(.)\1ing$/, ['$1', '$1$1']],
  [/ing$/, ['', 'e']],
  [/(.)\1(er|est)$/, ['$1']],
  [/iest$/, ['y']],
  [/est$/, ['', 'e']],
]

const FORMS_MAX = 4

/** A word and what it may be a form of, as numbers of the lexicon: `cities` is also `city`. The word itself comes first. */
export function formsOf(word: string, lexicon: Lexicon): readonly number[] {
  const found: number[] = []
  const add = (form: string) => {
    const id = lexicon.idOf(form)
    if (id >= 0 && !found.includes(id) && found.length < FORMS_MAX) found.push(id)
  }
  add(word)
  const known = irregular.get(word)
  if (known) add(known)
  for (const [ending, instead] of endings) {
    if (word.length < 4 || !ending.test(word)) continue
    for (const one of instead) add(word.replace(ending, one))
    break
  }
  return found
}

/** The plain form by which equal words of a question and of a name are told, without a lexicon. */
export const irregularOf = (word: string): string => irregular.get(word) ?? word
