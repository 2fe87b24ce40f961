// The work of bench/run peers by Fastify and postgres.js: the same rows, the same answers. What ours does beside it (the
// session's look-up, limits, a client's retry, sockets) is left out here, so the comparison is in this server's favour.
import { randomBytes } from "node:crypto";
import Fastify from "fastify";
import postgres from "postgres";

const sql = postgres({
  host: process.env.PGHOST, // A folder for a Unix socket; PGPORT, PGUSER, PGDATABASE and PGPASSWORD are read by themselves.
  max: 10,
  onnotice: () => {},
  connection: { application_name: "peer", random_page_cost: "1.1", jit: "off", max_parallel_workers_per_gather: "0" },
});
const app = Fastify();
const WIRE_TIME = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
const PAGE_SIZE = 12;
const TAILORS_PAGE = 20;

class NotFound extends Error {
  statusCode = 404;
}

/** The user id that a bearer token names. */
function userId(request) {
  const payload = request.headers.authorization.split(".")[1];
  return JSON.parse(Buffer.from(payload, "base64url")).sub;
}

function newId() {
  return "c" + Date.now().toString(36) + randomBytes(8).toString("hex");
}

function pagination(query, total, limit = PAGE_SIZE) {
  return { page: Number(query.page ?? 1), limit, total, totalPages: Math.ceil(total / limit) };
}

function offset(query) {
  return (Number(query.page ?? 1) - 1) * PAGE_SIZE;
}

// Chats

app.get("/api/chat/messages", async (request) => {
  const me = userId(request);
  const limit = Number(request.query.limit ?? 20);
  const [chat] = await sql`
    select c.id, c.last_seq::int as "lastSeq", c.reaction_seq::int as "reactionSeq",
           (case when k.user_id = ${me} then c.provider_read_seq else c.customer_read_seq end)::int as "readSeq"
      from chats c join customers k on k.id = c.customer_id
      left join designers d on d.id = c.designer_id left join tailors t on t.id = c.tailor_id
     where c.id = ${request.query.chatId} and ${me} in (k.user_id, d.user_id, t.user_id)`;
  if (!chat) throw new NotFound();
  const rows = await sql`
    select m.id, m.chat_id as "chatId", m.seq::int, m.client_id as "clientId", m.sender_id as "senderId",
           s.name as "senderName", m.content, '/media/' || m.image_id as "imageUrl", m.request_id as "requestId",
           m.is_read or m.seq <= case when m.sender_id = k.user_id then c.provider_read_seq else c.customer_read_seq end
             as "isRead",
           m.read_at as "readAt", m.read_by as "readBy", m.created_at as "createdAt",
           coalesce((select jsonb_agg(jsonb_build_object('id', r.id, 'emoji', r.emoji, 'userId', r.user_id,
                              'userName', u.name, 'createdAt', to_char(r.created_at at time zone 'UTC', ${WIRE_TIME}))
                              order by r.created_at, r.id)
                       from message_reactions r join users u on u.id = r.user_id where r.message_id = m.id), '[]') as reactions
      from messages m join users s on s.id = m.sender_id
      join chats c on c.id = m.chat_id join customers k on k.id = c.customer_id
     where m.chat_id = ${chat.id} order by m.seq desc limit ${limit + 1}`;
  const page = rows.slice(0, limit).reverse();
  const hasMore = rows.length > limit;
  const { lastSeq, readSeq, reactionSeq } = chat;
  return { success: true, data: page, hasMore, nextCursor: hasMore ? String(page[0].seq) : null, lastSeq, readSeq, reactionSeq };
});

app.post("/api/chat/messages", async (request, reply) => {
  const me = userId(request);
  const { chatId, content, clientId } = request.body;
  const message = await sql.begin(async (sql) => {
    const [chat] = await sql`
      update chats c set last_seq = last_seq + 1, updated_at = clock_timestamp()
        from customers k, tailors t, users s
       where c.id = ${chatId} and k.id = c.customer_id and t.id = c.tailor_id and s.id = ${me} and s.id in (k.user_id, t.user_id)
      returning c.last_seq, s.name, case when k.user_id = s.id then t.user_id else k.user_id end as reader,
                case when k.user_id = s.id then '/tailor' else '/customer' end as home`;
    if (!chat) throw new NotFound();
    const [stored] = await sql`
      insert into messages (id, chat_id, seq, client_id, sender_id, content, created_at)
      values (${newId()}, ${chatId}, ${chat.last_seq}, ${clientId}, ${me}, ${content}, clock_timestamp())
      returning id, chat_id as "chatId", seq::int, client_id as "clientId", sender_id as "senderId", content,
                created_at as "createdAt"`;
    await sql`
      insert into notifications as n (id, user_id, type, title, message, link, chat_id, actor_id, details, created_at, unread_since)
      values (${newId()}, ${chat.reader}, 'MESSAGE', 'New message', '%(who)s sent you a message.',
              ${chat.home + "/chats/" + chatId}, ${chatId}, ${me}, '{}', clock_timestamp(), clock_timestamp())
      on conflict (user_id, chat_id) where type = 'MESSAGE' do update
         set count = case when n.is_read then 1 else n.count + 1 end,
             message = case when n.is_read then excluded.message else '%(who)s sent you %(count)s messages.' end,
             unread_since = case when n.is_read then excluded.created_at else n.unread_since end,
             actor_id = excluded.actor_id, link = excluded.link, details = excluded.details,
             is_read = false, created_at = excluded.created_at, updated_at = excluded.created_at`;
    return { ...stored, senderName: chat.name };
  });
  reply.code(201);
  const unread = { imageUrl: null, requestId: null, isRead: false, readAt: null, readBy: null, reactions: [] };
  return { success: true, data: { ...message, ...unread } };
});

// Lists

const DESIGNER_ORDERS = {
  "rating desc": sql`d.rating desc, d.review_count desc, d.id`,
  "rating asc": sql`d.rating, d.review_count desc, d.id`,
  "experience desc": sql`d.years_of_experience desc, d.review_count desc, d.id`,
  "experience asc": sql`d.years_of_experience, d.review_count desc, d.id`,
  "reviews desc": sql`d.review_count desc, d.id`,
  "reviews asc": sql`d.review_count, d.id`,
};

function listed(query) {
  return query?.split(",") ?? null;
}

app.get("/api/designers", async (request) => {
  const query = request.query;
  const me = userId(request);
  const found = sql`d.search_name is not null
    ${query.search ? sql`and d.search_name like '%' || plain(normalize(${query.search}, NFKC)) || '%'` : sql``}
    ${query.location ? sql`and d.location = ${query.location}` : sql``}
    ${query.niche ? sql`and d.design_niches && ${listed(query.niche)}` : sql``}
    ${query.language ? sql`and d.languages && ${listed(query.language)}` : sql``}
    ${query.minExperience ? sql`and d.years_of_experience >= ${query.minExperience}` : sql``}`;
  const order = DESIGNER_ORDERS[`${query.sortBy ?? "rating"} ${query.sortOrder ?? "desc"}`];
  const [[{ total }], rows] = await Promise.all([
    sql`select count(*)::int as total from designers d where ${found}`,
    sql`
      select d.id, d.user_id as "userId", u.name, d.bio, d.location, d.years_of_experience as "yearsOfExperience",
             d.design_niches as "designNiches", d.languages, '/media/' || d.photo_id as "profilePhoto",
             d.rating::float8, d.review_count as "reviewCount",
             exists (select from saved_designers s join customers k on k.id = s.customer_id
                      where k.user_id = ${me} and s.designer_id = d.id) as "isSaved",
             coalesce((select json_agg(json_build_object('id', i.id, 'designerId', i.designer_id,
                                'imageUrl', '/media/' || i.image_id, 'description', i.description,
                                'budgetMin', i.budget_min, 'budgetMax', i.budget_max, 'category', i.category,
                                'createdAt', to_char(i.created_at at time zone 'UTC', ${WIRE_TIME}))
                                order by i.position, i.id desc)
                         from (select * from portfolio_items i where i.designer_id = d.id
                                order by i.position, i.id desc limit 3) i), '[]') as "portfolioItems"
        from (select d.id from designers d where ${found} order by ${order} limit ${PAGE_SIZE} offset ${offset(query)}) page
        join designers d using (id) join users u on u.id = d.user_id
       order by ${order}`,
  ]);
  return { success: true, data: rows, pagination: pagination(query, total) };
});

app.get("/api/tailors", async (request) => {
  const query = request.query;
  const here = sql`st_setsrid(st_makepoint(${query.longitude}::float8, ${query.latitude}::float8), 4326)::geography`;
  const found = sql`t.search_name is not null
    ${query.skills ? sql`and t.skills && ${listed(query.skills)}` : sql``}
    ${query.location ? sql`and t.location = ${query.location}` : sql``}
    ${query.minExperience ? sql`and t.years_of_experience >= ${query.minExperience}` : sql``}`;
  const [[{ total }], rows] = await Promise.all([
    sql`select count(*)::int as total from tailors t where ${found}`,
    // The index walks outward on a sphere, the page is sorted on the spheroid: some more are looked at than are shown.
    sql`
      with near as materialized (
        select t.id, t.position from tailors t where ${found} and t.position is not null
         order by t.position <-> ${here} limit ${TAILORS_PAGE * 2}),
      page as materialized (
        select id, st_distance(position, ${here}) as metres from near order by metres, id limit ${TAILORS_PAGE})
      select t.id, t.user_id as "userId", u.name, t.bio, t.location, t.address,
             st_y(t.position::geometry) as latitude, st_x(t.position::geometry) as longitude,
             round((page.metres / 1000)::numeric, 1)::float8 as distance,
             t.years_of_experience as "yearsOfExperience", t.skills, t.languages, '/media/' || t.photo_id as "profilePhoto",
             t.rating::float8, t.review_count as "reviewCount",
             coalesce((select json_agg(json_build_object('id', i.id, 'tailorId', i.tailor_id,
                                'imageUrl', '/media/' || i.image_id, 'description', i.description,
                                'createdAt', to_char(i.created_at at time zone 'UTC', ${WIRE_TIME}))
                                order by i.position, i.id desc)
                         from (select * from sample_works i where i.tailor_id = t.id
                                order by i.position, i.id desc limit 3) i), '[]') as "sampleWork",
             t.phone, u.email
        from page join tailors t using (id) join users u on u.id = t.user_id
       order by page.metres, t.rating desc, t.review_count desc, t.id`,
  ]);
  const hasMore = rows.length < total;
  const nextCursor = hasMore ? rows.at(-1).id : null;
  return { success: true, data: rows, pagination: pagination(query, total, TAILORS_PAGE), totalIsLeast: false, hasMore, nextCursor };
});

app.get("/ready", async () => (await sql`select true as ready`)[0]);

await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
