import { z } from "zod";

/**
 * How a client reads what the contract promises: a newer service may add fields, and names to a vocabulary such as the
 * facts or the statuses. Objects keep fields that this client does not know, and a `z.enum` takes any text. A
 * `z.literal` is closed for good and stays, as does everything that is no object, enum or container of them.
 */
export function tolerant<Schema extends z.ZodType>(schema: Schema): Tolerant<Schema> {
  return tolerantSchema(schema) as Tolerant<Schema>;
}

export type Tolerant<Schema> =
  Schema extends z.ZodObject<infer Shape>
    ? z.ZodObject<{ -readonly [Name in keyof Shape]: Tolerant<Shape[Name]> }, z.core.$loose>
    : Schema extends z.ZodArray<infer Element>
      ? z.ZodArray<Inner<Element>>
      : Schema extends z.ZodRecord<z.core.$ZodRecordKey, infer Value>
        ? z.ZodRecord<z.ZodString, Inner<Value>>
        : Schema extends z.ZodOptional<infer Value>
          ? z.ZodOptional<Inner<Value>>
          : Schema extends z.ZodNullable<infer Value>
            ? z.ZodNullable<Inner<Value>>
            : Schema extends z.ZodDiscriminatedUnion<infer Options>
              ? z.ZodUnion<{ [Index in keyof Options]: Inner<Options[Index]> }>
              : Schema extends z.ZodEnum
                ? z.ZodString
                : Schema;

type Inner<Schema> = Extract<Tolerant<Schema>, z.core.SomeType>;

function tolerantSchema(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodObject)
    return z.looseObject(
      Object.fromEntries(
        Object.entries<z.core.$ZodType>(schema.shape).map(([name, field]) => [name, tolerantSchema(field)]),
      ),
    );
  if (schema instanceof z.ZodArray) return z.array(tolerantSchema(schema.element));
  if (schema instanceof z.ZodRecord) return z.record(z.string(), tolerantSchema(schema.valueType));
  if (schema instanceof z.ZodOptional) return tolerantSchema(schema.unwrap()).optional();
  if (schema instanceof z.ZodNullable) return tolerantSchema(schema.unwrap()).nullable();
  if (schema instanceof z.ZodDiscriminatedUnion) return z.union(schema.options.map(tolerantSchema));
  if (schema instanceof z.ZodEnum) return z.string();
  return schema as z.ZodType;
}
