// A Vendure server as a shop would run it: Postgres, authorization in all its ways, custom fields
// that carry by which message a buyer came. All of it comes from the environment.
const { DefaultJobQueuePlugin, DefaultLogger, LogLevel, dummyPaymentHandler } = require('@vendure/core');

const env = (name) => {
    if (!process.env[name]) throw new Error(`${name} is not set.`);
    return process.env[name];
};

module.exports.config = {
    apiOptions: { hostname: '127.0.0.1', port: Number(env('VENDURE_PORT')) },
    authOptions: {
        tokenMethod: ['bearer', 'cookie', 'api-key'],
        superadminCredentials: { identifier: 'superadmin', password: env('VENDURE_PASSWORD') },
        cookieOptions: { secret: env('VENDURE_PASSWORD') },
        requireVerification: false,
    },
    dbConnectionOptions: { type: 'postgres', url: env('VENDURE_DATABASE_URL'), synchronize: true },
    paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
    customFields: {
        Order: [
            { name: 'landingUrl', type: 'text', nullable: true },
            { name: 'idSendLog', type: 'int', nullable: true },
        ],
    },
    logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: false }),
    plugins: [DefaultJobQueuePlugin.init({})],
};
