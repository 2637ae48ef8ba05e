"""Words that carry no topic, English and French, folded. They are neither subjects nor halves of a phrase."""

_ENGLISH = """
about above after again against all almost already also although always and another any anybody anyone anything are
around aren ask away back bad because been before behind being best better between big both but call came can cannot
cant come comes coming could couldn day days did didn didnt does doesn doesnt doing done don dont down each else end
enough even ever every everybody everyone everything far feel feeling felt few find first for found from full gave get
gets getting girl give given gives goes going gone gonna good got gotta great guy guys had hadn happen happened happy
has hasn hate have haven having hello help her here hers herself hey him himself his home hope hour hours how however
its itself ill into isn isnt ive just keep kind knew know known last late later least left less let lets life like
liked little live lol long look looking looks lot love loved made make makes making man many may maybe mean means
might mine minutes miss month more morning most much must myself need needs never new next nice night nobody none nor
not nothing now off often okay old omg once one ones only other others our ours ourselves out over own part people
perhaps place please pretty put quite rather ready real really right said same saw say saying says see seem seems seen
self several shall she should show since some somebody someone something sometimes soon sorry still stop stuff such
sure take taken takes talk tell than thank thanks that thats the their theirs them themselves then there theres these
they theyre thing things think this those though thought through time times today together told tomorrow tonight too
took true try trying turn two under until upon use used using very via wait wanna want wanted wants was wasn watch way
week weeks well went were weren weve what whatever whats when where whether which while who whole whom whose why will
wish with within without won wont work working world would wouldn wow wrong yay yeah year years yep yes yesterday yet
you youre your yours yourself youve amp quot http https www com
"""

_FRENCH = """
ailleurs ainsi alors apres assez aucun aucune aujourd hui aupres auquel aussi autant autre autres aux avaient avais
avait avant avec avez avoir avons beaucoup bien bon bonjour bonne car cela celle celles celui cependant ces cet cette
ceux chacun chaque chez chose choses comme comment contre dans debout dedans dehors deja demain depuis dernier
derniere des deux devant dire dit doit donc dont elle elles encore enfin ensuite entre envers est etaient etais etait
etant ete etes etre eux faire fais faisait fait faites faut fois font hier ici ils jamais jour jours juste leur leurs
lors lorsque lui maintenant mais mal malgre meme memes merci mes mien mieux moi moins mon mot ni nos notre nous
nouveau nouvelle oui par parce parfois parler parmi partout pas pendant peu peut peuvent peux plein plus plusieurs
plutot pour pourquoi pourtant pouvoir premier premiere presque puis puisque quand quel quelle quelles quelque quelques
quels qui quoi rien sais sait sans sauf selon sera serait ses seul seulement sien soi soir sois soit sommes son sont
sous souvent suis suivant sur surtout tant tel telle tellement temps tes tiens toi ton toujours tous tout toute toutes
tres trois trop une vais vas vers veut veux voici voila voir vois vont vos votre vous vraiment
"""

STOP_WORDS: frozenset[str] = frozenset(_ENGLISH.split()) | frozenset(_FRENCH.split())
