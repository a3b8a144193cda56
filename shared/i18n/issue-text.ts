/** What a zod issue says to people, in both languages: what is expected, with an example where the schema has one. */
import * as z from 'zod'
import { defineTexts } from './define.ts'
import type { Message, Text } from './message.ts'
import { isMessage } from './render.ts'
import { messageSaid } from './zod-message.ts'

const texts = defineTexts('validation', {
  required: { en: 'This field is required.', fr: 'Ce champ est obligatoire.' },
  expected: {
    en: '{type?string=A text|number=A number|int=A whole number|boolean=true or false|array=A list|object=An object|record=An object|date=A date|Another type} is expected here.',
    fr: '{type?string=Un texte|number=Un nombre|int=Un nombre entier|boolean=true ou false|array=Une liste|object=Un objet|record=Un objet|date=Une date|Un autre type} est {type?array=attendue|date=attendue|attendu} ici.',
  },
  tooLong: {
    en: 'At most {max} {max|character|characters}.',
    fr: '{max} {max|caractère|caractères} au plus.',
  },
  tooShort: {
    en: 'At least {min} {min|character|characters}.',
    fr: '{min} {min|caractère|caractères} au moins.',
  },
  tooMany: { en: 'At most {max} {max|item|items}.', fr: '{max} {max|élément|éléments} au plus.' },
  tooFew: { en: 'At least {min} {min|item|items}.', fr: '{min} {min|élément|éléments} au moins.' },
  tooLarge: { en: 'At most {max}.', fr: '{max} au plus.' },
  below: { en: 'Less than {max}.', fr: 'Moins de {max}.' },
  tooSmall: { en: 'At least {min}.', fr: '{min} au moins.' },
  above: { en: 'More than {min}.', fr: 'Plus de {min}.' },
  multipleOf: { en: 'A multiple of {divisor}.', fr: 'Un multiple de {divisor}.' },
  oneOf: { en: 'One of: {values}.', fr: 'L’une de ces valeurs : {values}.' },
  exactly: { en: 'Only {values} is accepted.', fr: 'Seule la valeur {values} est acceptée.' },
  format: {
    en: '{format?datetime=A date and time in ISO 8601, such as 2026-12-01T09:00:00+01:00|date=A date, such as 2026-12-01|time=A time, such as 09:00|email=An email address, such as camille@example.org|url=A web address, such as https://example.org/page|uuid=A UUID|This does not have the expected form}.',
    fr: '{format?datetime=Une date et une heure au format ISO 8601, par exemple 2026-12-01T09:00:00+01:00|date=Une date, par exemple 2026-12-01|time=Une heure, par exemple 09:00|email=Une adresse e-mail, par exemple camille@example.org|url=Une adresse web, par exemple https://example.org/page|uuid=Un UUID|La forme attendue n’est pas respectée}.',
  },
  id: {
    en: 'An id that begins with {prefix}_ is expected here, such as {prefix}_01KBCDEFGH0123456789JKMNPQ.',
    fr: 'Un identifiant qui commence par {prefix}_ est attendu ici, par exemple {prefix}_01KBCDEFGH0123456789JKMNPQ.',
  },
  unknownField: { en: 'This field does not exist.', fr: 'Ce champ n’existe pas.' },
  shape: { en: 'This has none of the accepted forms.', fr: 'Aucune des formes acceptées n’est respectée.' },
  invalid: { en: 'This value is not accepted.', fr: 'Cette valeur n’est pas acceptée.' },
  withExample: { en: '{message} Example: {example}', fr: '{message} Exemple : {example}' },
})

/** zod’s own English messages, which say nothing that the issue’s fields do not. */
const own = /^(Invalid|Too big|Too small|Unrecognized)/

/** `schema` (of the whole input) is where the example is found, by the issue’s path. */
export function issueText(issue: z.core.$ZodIssue, schema?: z.ZodType): Text {
  const said = textOf(issue)
  if (!isMessage(said) || issue.code === 'unrecognized_keys') return said
  const example = schema === undefined ? undefined : exampleAt(schema, issue.path)
  return example === undefined ? said : texts.withExample({ message: said, example: JSON.stringify(example) })
}

/** Whether the field is not there at all. */
export const isMissing = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_type' && issue.message.endsWith('received undefined')

function textOf(issue: z.core.$ZodIssue): Text {
  if (issue.code === 'custom' && isMessage(issue.params?.text)) return issue.params.text
  const known = messageSaid(issue.message)
  if (known !== undefined) return known
  if (!own.test(issue.message)) return issue.message
  return byCode(issue)
}

function byCode(issue: z.core.$ZodIssue): Message {
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(issue) ? texts.required() : texts.expected({ type: issue.expected })
    case 'too_big': {
      const max = Number(issue.maximum)
      if (issue.origin === 'string') return texts.tooLong({ max })
      if (issue.origin === 'array' || issue.origin === 'set') return texts.tooMany({ max })
      return issue.inclusive === false ? texts.below({ max }) : texts.tooLarge({ max })
    }
    case 'too_small': {
      const min = Number(issue.minimum)
      if (issue.origin === 'string') return texts.tooShort({ min })
      if (issue.origin === 'array' || issue.origin === 'set') return texts.tooFew({ min })
      return issue.inclusive === false ? texts.above({ min }) : texts.tooSmall({ min })
    }
    case 'invalid_format': {
      const prefix = idOf(issue)
      if (prefix !== undefined) return texts.id({ prefix })
      return texts.format({ format: issue.format })
    }
    case 'not_multiple_of':
      return texts.multipleOf({ divisor: issue.divisor })
    case 'invalid_value':
      return issue.values.length === 1
        ? texts.exactly({ values: String(issue.values[0]) })
        : texts.oneOf({ values: issue.values.map(String).join(', ') })
    case 'unrecognized_keys':
      return texts.unknownField()
    case 'invalid_union':
      return texts.shape()
    default:
      return texts.invalid()
  }
}

/** The prefix of the id that is expected: its pattern is that of `idPattern`. */
const idOf = (issue: z.core.$ZodIssueInvalidStringFormat): string | undefined =>
  /^\/\^([a-z]+)_\[0-9A-HJKMNP-TV-Z\]\{26\}/.exec(issue.pattern ?? '')?.[1]

/** The `example` of the schema at this path (`.meta({ example })`), or the first of its `examples`. */
function exampleAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): unknown {
  const found = schemaAt(schema, path)
  for (let at = found; at !== undefined; at = inner(at)) {
    const meta = z.globalRegistry.get(at)
    if (meta?.example !== undefined) return meta.example
    if (Array.isArray(meta?.examples) && meta.examples.length > 0) return meta.examples[0]
  }
  return undefined
}

function schemaAt(schema: z.core.$ZodType, [step, ...rest]: readonly PropertyKey[]): z.core.$ZodType | undefined {
  if (step === undefined) return schema
  for (let at: z.core.$ZodType | undefined = schema; at !== undefined; at = inner(at)) {
    if (at instanceof z.ZodObject) {
      const next = at.shape[String(step)]
      return next === undefined ? undefined : schemaAt(next, rest)
    }
    if (at instanceof z.ZodArray) return schemaAt(at.element, rest)
    if (at instanceof z.ZodRecord) return schemaAt(at.valueType, rest)
    if (at instanceof z.ZodUnion) {
      for (const option of at.options) {
        const next = schemaAt(option, [step, ...rest])
        if (next !== undefined) return next
      }
      return undefined
    }
  }
  return undefined
}

/** What an optional, a default, a pipe or a `lazy` stands around. */
function inner(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  )
    return schema.def.innerType
  if (schema instanceof z.ZodPipe) return schema.def.in
  if (schema instanceof z.ZodLazy) return schema.def.getter()
  return undefined
}
