import type { EntityType, FunctionImport, Property, Service } from './edm.ts';

const edmNames: Readonly<Record<2 | 4, Readonly<Record<Property['edm'], string>>>> = {
  2: {
    String: 'String',
    Decimal: 'Decimal',
    Boolean: 'Boolean',
    Date: 'DateTime',
    Timestamp: 'DateTimeOffset',
    Time: 'Time',
    Int32: 'Int32',
  },
  4: {
    String: 'String',
    Decimal: 'Decimal',
    Boolean: 'Boolean',
    Date: 'Date',
    Timestamp: 'DateTimeOffset',
    Time: 'TimeOfDay',
    Int32: 'Int32',
  },
};

const attributes = (list: Readonly<Record<string, string | number | undefined>>): string =>
  Object.entries(list)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${value}"`))
    .join('');

const propertyTag = (entity: EntityType, name: string, property: Property, version: 2 | 4): string => {
  const readOnly = property.computed ? 'false' : undefined;
  return `<Property${attributes({
    Name: name,
    Type: `Edm.${edmNames[version][property.edm]}`,
    Nullable: entity.keys.includes(name) ? 'false' : undefined,
    MaxLength: property.maxLength,
    Precision: property.precision,
    Scale: property.scale,
    ...(version === 2 && {
      ConcurrencyMode: entity.etag?.column === name ? 'Fixed' : undefined,
      'sap:unit': property.currency ?? property.unit,
      'sap:display-format': property.edm === 'Date' ? 'Date' : undefined,
      'sap:creatable': readOnly,
      'sap:updatable': readOnly ?? (property.fixed ? 'false' : undefined),
    }),
  })}/>`;
};

const association = (service: Service, entity: EntityType, name: string) =>
  `${service.namespace}.${entity.set}_${name}`;

const navigationTag = (service: Service, entity: EntityType, name: string): string => {
  const navigation = entity.navigations[name];
  const target = navigation && service.entities[navigation.target];
  if (!navigation || !target) return '';
  if (service.version === 2)
    return `<NavigationProperty${attributes({ Name: name, Relationship: association(service, entity, name), FromRole: 'From', ToRole: 'To' })}/>`;
  const type = `${service.namespace}.${target.type}`;
  return `<NavigationProperty${attributes({ Name: name, Type: navigation.many ? `Collection(${type})` : type })}/>`;
};

const typeTag = (service: Service, entity: EntityType): string =>
  [
    `<EntityType Name="${entity.type}"><Key>${entity.keys.map((key) => `<PropertyRef Name="${key}"/>`).join('')}</Key>`,
    ...Object.entries(entity.properties).map(([name, property]) =>
      propertyTag(entity, name, property, service.version),
    ),
    ...Object.keys(entity.navigations).map((name) => navigationTag(service, entity, name)),
    '</EntityType>',
  ].join('');

const associationTags = (service: Service, entity: EntityType): string =>
  Object.entries(entity.navigations)
    .map(([name, { target, many }]) => {
      const [from, to] = [entity.type, service.entities[target]?.type].map((type) => `${service.namespace}.${type}`);
      return `<Association Name="${entity.set}_${name}"><End Type="${from}" Multiplicity="1" Role="From"/><End Type="${to}" Multiplicity="${many ? '*' : '0..1'}" Role="To"/></Association>`;
    })
    .join('');

const associationSetTags = (service: Service, entity: EntityType): string =>
  Object.entries(entity.navigations)
    .map(
      ([name, { target }]) =>
        `<AssociationSet Name="${entity.set}_${name}_Set" Association="${association(service, entity, name)}"><End EntitySet="${entity.set}" Role="From"/><End EntitySet="${target}" Role="To"/></AssociationSet>`,
    )
    .join('');

const functionTag = ([name, { on, parameters }]: [string, FunctionImport], { entities }: Service): string => {
  const entity = entities[on];
  const keys = (entity?.keys ?? []).map((key) => [key, entity?.properties[key]] as const);
  const tags = [...keys, ...Object.entries(parameters)].map(
    ([parameter, property]) =>
      `<Parameter${attributes({ Name: parameter, Type: `Edm.${edmNames[2][property?.edm ?? 'String']}`, Mode: 'In', MaxLength: property?.maxLength })}/>`,
  );
  return `<FunctionImport Name="${name}" m:HttpMethod="POST">${tags.join('')}</FunctionImport>`;
};

const setTag = (service: Service, entity: EntityType): string => {
  if (service.version === 2)
    return `<EntitySet Name="${entity.set}" EntityType="${service.namespace}.${entity.type}"/>`;
  const bindings = Object.entries(entity.navigations).map(
    ([name, { target }]) => `<NavigationPropertyBinding Path="${name}" Target="${target}"/>`,
  );
  return `<EntitySet Name="${entity.set}" EntityType="${service.namespace}.${entity.type}">${bindings.join('')}</EntitySet>`;
};

const concurrencyTag = (entity: EntityType): string =>
  entity.etag === undefined
    ? ''
    : `<Annotations Target="SAP__self.Container/${entity.set}"><Annotation Term="SAP__core.OptimisticConcurrency"><Collection/></Annotation></Annotations>`;

const schemaV2 = (service: Service): string => {
  const entities = Object.values(service.entities);
  return [
    `<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" xmlns:sap="http://www.sap.com/Protocols/SAPData"><edmx:DataServices m:DataServiceVersion="2.0"><Schema Namespace="${service.namespace}" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">`,
    ...entities.map((entity) => typeTag(service, entity)),
    ...entities.map((entity) => associationTags(service, entity)),
    `<EntityContainer Name="${service.namespace}_Entities" m:IsDefaultEntityContainer="true">`,
    ...entities.map((entity) => setTag(service, entity)),
    ...entities.map((entity) => associationSetTags(service, entity)),
    ...Object.entries(service.functions ?? {}).map((each) => functionTag(each, service)),
    '</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>',
  ].join('');
};

const schemaV4 = (service: Service): string => {
  const entities = Object.values(service.entities);
  return [
    `<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices><Schema Namespace="${service.namespace}" Alias="SAP__self" xmlns="http://docs.oasis-open.org/odata/ns/edm">`,
    ...entities.map((entity) => typeTag(service, entity)),
    '<EntityContainer Name="Container">',
    ...entities.map((entity) => setTag(service, entity)),
    '</EntityContainer>',
    ...entities.map(concurrencyTag),
    '</Schema></edmx:DataServices></edmx:Edmx>',
  ].join('');
};

/** The service's `$metadata`, written from the same tables that requests are checked against. */
export const metadata = (service: Service): string =>
  `<?xml version="1.0" encoding="utf-8"?>${service.version === 2 ? schemaV2(service) : schemaV4(service)}`;
