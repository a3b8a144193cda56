/** What people say to the shop, and what it answers. */
import { commentsOnSaying } from './sayings.ts'
import { opening } from './shop.ts'

/** Below any post. */
export const plainComments: readonly string[] = [
  'Merci !',
  'On passe demain matin.',
  'Toujours un plaisir de vous lire.',
  'Ouvert demain ?',
  'Miam.',
  'La meilleure boulangerie de la ville, je persiste.',
  'Mon grand-père y allait déjà.',
  'J’en ai l’eau à la bouche.',
  'Ça donne envie de traverser la ville.',
  'Vous avez changé la recette ? C’est encore meilleur.',
  'Les photos sont superbes.',
  'Enfin une bonne nouvelle ce matin.',
  'Je partage à toute la famille.',
  'On en parle encore au bureau.',
  'Vous prenez les tickets restaurant ?',
  'Bravo à toute l’équipe.',
  'Je préviens mes voisins.',
  'Le pain de chez vous, le beurre de chez moi.',
  'Quelle régularité, respect.',
  'Vivement l’ouverture de la terrasse.',
  'Vous ouvrez les jours fériés ?',
  'Un petit mot pour dire merci à l’apprentie, adorable.',
  'Le chien aussi attend devant la porte.',
  'Rien que pour l’odeur, je fais le détour.',
  'On se régale à chaque fois.',
  'Goûté hier, repris aujourd’hui.',
  'Un peu trop cuit pour moi hier, mais bon quand même.',
  'La file était longue, mais ça valait le coup.',
  'Je croyais que c’était fermé, bonne surprise !',
  'Pensez à nous en garder, on arrive à vélo.',
  'Est-ce que le parking de la place est ouvert ?',
  'Depuis que j’ai déménagé, c’est ce qui me manque le plus.',
  'Le voisin du dessus est fan aussi.',
  'Top, comme d’habitude.',
  'On dirait le fournil de mon enfance.',
  'Bien reçu, à tout à l’heure.',
  'Il faudra ouvrir une deuxième boutique !',
  'Et pour les allergiques aux noix ?',
  'Vous faites des cartes cadeaux ?',
  'Longue vie à la Boulangerie du Port.',
]

/** Of the shop, elsewhere. */
export const mentions: readonly string[] = [
  'Petit-déjeuner parfait grâce à la Boulangerie du Port. Allez-y !',
  'Quelqu’un sait si la Boulangerie du Port livre sur la jetée ?',
  'La file devant la Boulangerie du Port fait déjà le tour de la place. Ça dit tout.',
  'Week-end à la mer, première étape : la Boulangerie du Port.',
  'Le seigle de la Boulangerie du Port avec un peu de miel, et la journée peut commencer.',
  'La Boulangerie du Port a sauvé l’anniversaire de ma fille, merci à eux.',
  'Qui a déjà goûté les cannelés de la Boulangerie du Port ?',
  'Déçu ce matin : plus une seule tradition à la Boulangerie du Port à 9 h.',
  'Reportage photo demain à l’aube avec la Boulangerie du Port. Réveil à 3 h…',
  'La Boulangerie du Port cherche-t-elle toujours un apprenti ?',
  'Ce soir, soupe et pain de la Boulangerie du Port. Rien de mieux.',
  'Vu au marché : la Boulangerie du Port offre le café aux lève-tôt.',
  'Les paniers antigaspi de la Boulangerie du Port sont une idée à copier.',
  'Je défends la fougasse de la Boulangerie du Port contre toutes les autres.',
]

/** In private. */
export const messages: readonly string[] = [
  'Bonjour, puis-je commander six éclairs pour samedi ?',
  'Bonjour, vous faites du pain sans sel ?',
  'J’ai oublié mon sac à la boutique ce matin, l’avez-vous vu ?',
  'Bonjour, combien de temps se garde le pain au levain ?',
  'Bonsoir, il me faudrait quarante petits pains pour une fête d’école, c’est possible ?',
  'Bonjour, êtes-vous ouverts le 1er novembre ?',
  'Bonjour, je suis photographe, puis-je passer un matin au fournil ?',
  'Une pièce montée pour trente personnes, quel délai faut-il prévoir ?',
  'Bonjour, vendez-vous votre farine au kilo ?',
  'Bonjour, ma commande de ce matin était incomplète, que faire ?',
]

/** What the shop uploads by hand, where it posts films: on the network itself. */
export const film = 'Une nuit au fournil, en deux minutes'

/** What the shop's community manager answers, by words of what was said. */
const answers: Readonly<Record<string, string>> = {
  'Il restera des ficelles': 'Oui, nous en gardons jusqu’à midi. À tout de suite !',
  'C’est quelle farine': 'Une farine de blé de pays, moulue à 20 km d’ici.',
  'Et le lundi de Pâques': 'Fermé ce lundi-là, mais ouvert le dimanche jusqu’à 13 h.',
  'Il y en a sans olives': 'Oui, une fournée sans olives sort à midi.',
  'Vous faites sans gluten': 'Pas encore : tout passe par le même fournil.',
  'À partir de quel âge': 'Dès huit ans, avec un adulte.',
  'On repart avec son levain': 'Oui, chacun repart avec un petit pot et un mode d’emploi.',
  'À quelle heure ouvrez-vous demain': 'À 6 h 30, comme chaque jour du mardi au dimanche.',
  'Vous prenez les tickets restaurant': 'Oui, en papier et par carte.',
  'Et pour les allergiques aux noix': 'Demandez-nous la liste : la tradition et la miche n’en contiennent pas.',
  'Chaleur tournante ou pas': 'Chaleur tournante, 200 °C.',
  'Vous faites des cartes cadeaux': 'Oui, à la boutique, du montant que vous voulez.',
  'On peut payer sur place': 'Bien sûr, au retrait.',
  'livre sur la jetée': 'Oui, le matin jusqu’à la jetée : un message suffit.',
  'cherche-t-elle toujours un apprenti': 'Oui ! Écrivez-nous en message privé, on vous raconte tout.',
  'puis-je commander six éclairs': 'C’est noté, six éclairs pour samedi. À quel nom ?',
  'vous faites du pain sans sel': 'Oui, le mardi et le vendredi. On vous en garde un ?',
  'combien de temps se garde': 'Quatre jours dans un torchon, et il se congèle très bien en tranches.',
  'vendez-vous votre farine au kilo': 'Oui, par sachets d’un kilo, au comptoir.',
}

/** Undefined for what is left to somebody. */
export const answerTo = (text: string): string | undefined =>
  Object.entries(answers).find(([words]) => text.includes(words))?.[1]

export const names: readonly string[] = [
  'Nadia Benali',
  'Yann Le Goff',
  'Camille Roux',
  'Ousmane Diop',
  'Hélène Fabre',
  'Théo Marchand',
  'Maëlle Prigent',
  'Jules Hoarau',
  'Salomé Carpentier',
  'Karim Haddad',
  'Odile Guillou',
  'Mathis Lambert',
  'Fatou Ndiaye',
  'Gaëtan Rousselet',
  'Inès Ferreira',
  'Paul-Henri Vasseur',
  'Louise Kerouanton',
  'Minh Tran',
  'Sandrine Pelletier',
  'Élias Bernard',
]

/** What fits below a post of the shop, the rest being said of any. */
export const commentsOn = (text: string): readonly string[] =>
  opening.find((post) => text.startsWith(post.text.slice(0, 25)))?.comments ?? commentsOnSaying(text) ?? []
