import type { parse } from '@babel/parser';

// What a file consists of. The parser has a type for each but exports none, so they are found by where they stand.

export type File = ReturnType<typeof parse>;
export type Program = File['program'];
export type Statement = Program['body'][number];
export type Expression = Extract<Statement, { type: 'ExpressionStatement' }>['expression'];

export type ClassNode =
  | Extract<Statement, { type: 'ClassDeclaration' }>
  | Extract<Expression, { type: 'ClassExpression' }>;
/** Something between the braces of a class. */
export type Member = ClassNode['body']['body'][number];

export type ObjectExpression = Extract<Expression, { type: 'ObjectExpression' }>;
export type ObjectProperty = Extract<ObjectExpression['properties'][number], { type: 'ObjectProperty' }>;

export type ImportDeclaration = Extract<Statement, { type: 'ImportDeclaration' }>;
export type ImportSpecifier = Extract<ImportDeclaration['specifiers'][number], { type: 'ImportSpecifier' }>;

type Type = Extract<Expression, { type: 'TSAsExpression' }>['typeAnnotation'];
type TypeName = Extract<Type, { type: 'TSTypeReference' }>['typeName'];
type Part<Whole, Key extends PropertyKey> = Whole extends { readonly [K in Key]?: infer Found }
  ? NonNullable<Found>
  : never;

/** Anything a file consists of that is looked at. */
export type Node =
  | File
  | Program
  | Statement
  | Expression
  | ClassNode['body']
  | Member
  | ObjectExpression['properties'][number]
  | ObjectProperty['key' | 'value']
  | ImportDeclaration['specifiers'][number]
  | Extract<Statement, { type: 'VariableDeclaration' }>['declarations'][number]
  | Extract<Expression, { type: 'TemplateLiteral' }>['quasis'][number]
  | Extract<Expression, { type: 'JSXElement' }>['openingElement']['name']
  | Part<Statement, 'id'>
  | Part<Member, 'key'>
  | Part<Member, 'params'>[number]
  | Type
  | TypeName;
